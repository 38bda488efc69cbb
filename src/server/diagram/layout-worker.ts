// A thread of its own, so that layout never holds up the event loop, and can be ended when it takes too long.
import { parentPort, workerData } from 'node:worker_threads'
import Elk from 'elkjs/lib/elk.bundled.js'

// Its types name a default export that Node hands over as it is.
const elk = new (Elk as unknown as typeof Elk.default)()
parentPort?.postMessage(await elk.layout(workerData))
