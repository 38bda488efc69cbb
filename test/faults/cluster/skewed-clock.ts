/** Loaded before a program: its clock is ahead by so many milliseconds. Timers go on as they are. */
const ahead = Number(process.env.HOLDFAST_FAULTS_SKEW ?? 0)
const now = Date.now
Date.now = () => now() + ahead
