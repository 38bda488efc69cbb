/** A URL for people and logs: without its password, also where it is no proper URL. A path is shown as it is. */
export function withoutPassword(url: string): string {
  if (url.startsWith('file:')) return url
  return url.replace(/:(?!\/\/).*@/, ':***@').replace(/([?&]password=)[^&]*/, '$1***')
}
