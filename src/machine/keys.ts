/** The entries that an instance is kept in: its stored snapshot, what it has under way, and its secret paths where it has any. */
export const SNAPSHOT_KEY = 'snapshot'
export const WORK_KEY = 'work'
export const SECRET_KEY = 'secret'
