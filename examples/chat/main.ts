// A chat with an agent that refunds orders: `node --conditions=@holdfast/source examples/chat/main.ts [store] [port] [url of a payment service]`.
import { serve } from '@hono/node-server'
import { open } from 'holdfast'
import { PaymentService, paymentsAt } from '../refund/payments.ts'
import { replyTask } from './agent.ts'
import { scriptedModel } from './model.ts'
import { chatServer } from './server.ts'

const [store = 'file:./chat.db', port = '4610', payments = (await PaymentService.start()).url] = process.argv.slice(2)
const reply = replyTask({ model: scriptedModel(), payments: paymentsAt(payments) })
const hf = await open(store, { tasks: [reply], lease: 2000 })
const server = serve({ fetch: chatServer(hf, reply).fetch, port: Number(port), hostname: '127.0.0.1' }, (address) => {
  console.log(`http://127.0.0.1:${address.port}`)
})
process.once('SIGINT', () => server.close(() => void hf.close()))
