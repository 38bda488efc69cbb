import type { Endpoint } from '../endpoint.ts'
import { approvalEndpoints } from './approvals.ts'
import { getContext } from './context.ts'
import { conversationEndpoints } from './conversations.ts'
import { definitionEndpoints } from './definitions.ts'
import { effectEndpoints } from './effects.ts'
import { entityEndpoints } from './entities.ts'
import { experimentEndpoints } from './experiments.ts'
import { getFeed } from './feed.ts'
import { forkSession } from './forks.ts'
import { sessionEffects } from './happened.ts'
import { instanceEndpoints } from './instances.ts'
import { machineEndpoints } from './machines.ts'
import { getNodes } from './nodes.ts'
import { operationEndpoints } from './operation.ts'
import { getOverview } from './overview.ts'
import { pastEndpoints } from './past.ts'
import { runStream } from './run-stream.ts'
import { runEndpoints } from './runs.ts'
import { sessionEndpoints } from './sessions.ts'
import { variableEndpoints } from './variables.ts'

/** Every path of the API, in the order its document shows them. */
export const endpoints: readonly Endpoint[] = [
  ...sessionEndpoints,
  forkSession,
  getContext,
  ...variableEndpoints,
  ...pastEndpoints,
  sessionEffects,
  ...conversationEndpoints,
  ...instanceEndpoints,
  ...machineEndpoints,
  ...definitionEndpoints,
  ...experimentEndpoints,
  ...entityEndpoints,
  ...effectEndpoints,
  ...runEndpoints,
  runStream,
  ...approvalEndpoints,
  getOverview,
  getNodes,
  getFeed,
  ...operationEndpoints,
]
