/** Where the work of an external actor waits for its implementation. */
export function invokeQueue(machine: string, src: string): string {
  return `invoke/${machine}/${src}`
}

/** Where the work of a declared effect waits for its implementation. */
export function performQueue(machine: string, name: string): string {
  return `perform/${machine}/${name}`
}
