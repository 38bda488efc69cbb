import { loadDbos } from './dbos.ts'
import { STEPS } from './job.ts'
import { race } from './race.ts'

// DBOS on the database at the URL it is given, workflows called directly: its queues poll.
const [url = ''] = process.argv.slice(2)
const DBOS = await loadDbos()
const job = DBOS.registerWorkflow(
  async (input: number) => {
    for (let i = 0; i < STEPS; i++) await DBOS.runStep(async () => i, { name: `step ${i}` })
    return input
  },
  { name: 'job' },
)
DBOS.setConfig({ name: 'bench', systemDatabaseUrl: url, enableOTLP: false, logLevel: 'error', runAdminServer: false })
await DBOS.launch()
let n = 0
race(
  () => job(n++),
  () => DBOS.shutdown(),
)
