/** Engines may answer at once or later; callers await either. */
export type Awaitable<T> = T | Promise<T>
