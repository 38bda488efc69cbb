import type { Command } from '../command.ts'
import { check } from './check.ts'
import { define } from './define.ts'
import { exportMachine } from './export.ts'
import { history } from './history.ts'
import { list } from './list.ts'
import { paths } from './paths.ts'
import { send } from './send.ts'
import { show } from './show.ts'
import { simulate } from './simulate.ts'
import { start } from './start.ts'

/** Commands about statecharts and their instances, in the order the help shows them. */
export const machineCommands: readonly Command[] = [
  check,
  simulate,
  paths,
  exportMachine,
  define,
  start,
  send,
  show,
  history,
  list,
]
