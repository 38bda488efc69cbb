import { once } from 'node:events'
import { Agent, request } from 'node:http'
import { createServer } from 'node:http2'
import { STEPS } from './job.ts'
import { race } from './race.ts'
import { loadRestate } from './restate.ts'
import { RestateServer } from './restate-server.ts'

// Restate with the folder it is given, and a service that it calls; runs are asked for over kept connections.
const [folder = ''] = process.argv.slice(2)
const restate = await loadRestate()
const bench = restate.service({
  name: 'bench',
  handlers: {
    job: async (ctx, input) => {
      for (let i = 0; i < STEPS; i++) await ctx.run(`step ${i}`, () => i)
      return input
    },
  },
})
const service = createServer(restate.createEndpointHandler({ services: [bench] }))
service.listen(0, '127.0.0.1')
await once(service, 'listening')
const address = service.address()
const server = await RestateServer.start(folder)
await server.register(`http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`)
const agent = new Agent({ keepAlive: true })
let n = 0
race(
  () => ask(n++),
  () => server.stop(),
)

function ask(input: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json' }
    const sent = request(`${server.ingress}/bench/job`, { method: 'POST', agent, headers }, (response) => {
      let text = ''
      response.on('data', (chunk: Buffer) => {
        text += chunk.toString()
      })
      response.on('end', () =>
        text === String(input) ? resolve() : reject(new Error(`Restate answered ${response.statusCode} ${text}`)),
      )
    })
    sent.on('error', reject)
    sent.end(JSON.stringify(input))
  })
}
