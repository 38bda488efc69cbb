import type { Command } from '../command.ts'
import { list } from './list.ts'
import { show } from './show.ts'
import { stream } from './stream.ts'
import { cancel, fork, retry, send, skip } from './verbs.ts'

/** Commands about runs of tasks, in the order the help shows them. */
export const runCommands: readonly Command[] = [list, show, stream, send, cancel, retry, skip, fork]
