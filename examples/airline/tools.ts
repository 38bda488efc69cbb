/** Tools that read what is somebody's. Whoever is found so is known from then on. */
export const LOOKUPS = ['get_user_details', 'get_reservation_details']

/** Tools that read what anybody may know. */
export const SEARCHES = ['search_direct_flight', 'search_onestop_flight', 'list_all_airports']

/** Tools that touch nothing. */
export const THOUGHTS = ['think', 'calculate']

/** Tools that change bookings or give away money: only after the customer has agreed. */
export const CHANGES = [
  'book_reservation',
  'cancel_reservation',
  'update_reservation_flights',
  'update_reservation_baggages',
  'update_reservation_passengers',
  'send_certificate',
]

/** The tool that hands the customer over to a human. */
export const HAND_OVER = 'transfer_to_human_agents'
