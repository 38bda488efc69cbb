import type { Command } from '../command.ts'
import { demo } from '../demo/index.ts'
import { machineCommands } from '../machine/index.ts'
import { runCommands } from '../run/index.ts'
import { approvalCommands } from './approvals.ts'
import { bench } from './bench.ts'
import { context } from './context.ts'
import { conversationCommands } from './conversation.ts'
import { diff } from './diff.ts'
import { doctor } from './doctor.ts'
import { exportCommand } from './export.ts'
import { fork } from './fork.ts'
import { get } from './get.ts'
import { hash } from './hash.ts'
import { history } from './history.ts'
import { inspect } from './inspect.ts'
import { move } from './move.ts'
import { nodes } from './nodes.ts'
import { replay } from './replay.ts'
import { serve } from './serve.ts'
import { sessions } from './sessions.ts'
import { set } from './set.ts'

/** Every command, in the order the help shows them. */
export const commands: readonly Command[] = [
  demo,
  replay,
  sessions,
  inspect,
  get,
  set,
  history,
  diff,
  context,
  fork,
  exportCommand,
  hash,
  ...conversationCommands,
  ...machineCommands,
  ...runCommands,
  ...approvalCommands,
  serve,
  nodes,
  doctor,
  move,
  bench,
]
