/** Who asks. */
export interface Principal {
  readonly id: string
  /** Whose data this principal lives in; entities of other tenants do not exist for it. */
  readonly tenant: string
}

/** Whoever runs the process owns the store, until credentials say otherwise. */
export const localOwner: Principal = { id: 'local', tenant: 'default' }
