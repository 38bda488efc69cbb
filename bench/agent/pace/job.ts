/** What every engine is to do: so many steps, each of which does nothing, and be told that the run has ended. */
export const STEPS = 10
