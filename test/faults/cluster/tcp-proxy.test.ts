import { once } from 'node:events'
import { createServer, type Server, Socket } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { seeded } from '../random.ts'
import { TcpProxy } from './tcp-proxy.ts'

const ends: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end()
})

/** A server that answers each piece with itself, and what it has been sent. */
async function echo(): Promise<{ port: number; heard: string[] }> {
  const heard: string[] = []
  const server: Server = createServer((socket) => {
    socket.on('error', () => {})
    socket.on('data', (piece) => {
      heard.push(String(piece))
      socket.write(piece)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  ends.push(() => server.close())
  const address = server.address()
  return { port: typeof address === 'object' && address !== null ? address.port : 0, heard }
}

async function before(target: number): Promise<TcpProxy> {
  const proxy = await TcpProxy.start({ target, random: seeded(1) })
  ends.push(() => proxy.close())
  return proxy
}

async function connected(port: number): Promise<Socket> {
  const socket = new Socket().connect(port, '127.0.0.1')
  socket.on('error', () => {})
  ends.push(() => socket.destroy())
  await once(socket, 'connect')
  return socket
}

const said = async (socket: Socket): Promise<string> => String((await once(socket, 'data'))[0])

test('a proxy passes bytes on in both directions, and the end of one side', async () => {
  const { port } = await echo()
  const socket = await connected((await before(port)).port)
  socket.write('a')
  expect(await said(socket)).toBe('a')
  socket.end()
  await once(socket, 'close')
})

test('a cut ends what is connected and takes new connections', async () => {
  const { port } = await echo()
  const proxy = await before(port)
  const socket = await connected(proxy.port)
  socket.write('a')
  await said(socket)
  const closed = once(socket, 'close')
  proxy.cut()
  await closed
  const next = await connected(proxy.port)
  next.write('b')
  expect(await said(next)).toBe('b')
})

test('a proxy that refuses cannot be connected to until it accepts again', async () => {
  const { port } = await echo()
  const proxy = await before(port)
  await proxy.refuse()
  const socket = new Socket().connect(proxy.port, '127.0.0.1')
  expect(await once(socket, 'error')).toMatchObject([{ code: 'ECONNREFUSED' }])
  await proxy.accept()
  const next = await connected(proxy.port)
  next.write('b')
  expect(await said(next)).toBe('b')
})

test('a lost answer: the request has arrived, and nobody is told', async () => {
  const { port, heard } = await echo()
  const proxy = await before(port)
  const socket = await connected(proxy.port)
  const answers: string[] = []
  socket.on('data', (piece) => answers.push(String(piece)))
  proxy.loseAnswers(1)
  const closed = once(socket, 'close')
  socket.write('a')
  await closed
  expect({ heard, answers }).toEqual({ heard: ['a'], answers: [] })
  const next = await connected(proxy.port)
  next.write('b')
  expect(await said(next)).toBe('b')
})

test('a frozen direction keeps what it is given, in order, and lets it go when thawed', async () => {
  const { port, heard } = await echo()
  const proxy = await before(port)
  const socket = await connected(proxy.port)
  proxy.freeze('down')
  for (const piece of ['a', 'b']) {
    socket.write(piece)
    await expect.poll(() => heard.join('')).toContain(piece)
  }
  expect(socket.bytesRead).toBe(0)
  proxy.thaw()
  let all = ''
  while (all.length < 2) all += await said(socket)
  expect(all).toBe('ab')
  proxy.freeze('up')
  socket.write('c')
  const direct = await connected(port)
  direct.write('d')
  expect(await said(direct)).toBe('d')
  expect(heard.join('')).toBe('abd')
  proxy.thaw()
  expect(await said(socket)).toBe('c')
})

test('what is delayed comes late and in order', async () => {
  const { port } = await echo()
  const proxy = await before(port)
  const socket = await connected(proxy.port)
  proxy.delay({ least: 20, more: 20 })
  const began = performance.now()
  const sent = Array.from({ length: 20 }, (_, i) => String.fromCharCode(97 + i))
  for (const piece of sent) socket.write(piece)
  let all = ''
  while (all.length < sent.length) all += await said(socket)
  expect(all).toBe(sent.join(''))
  expect(performance.now() - began).toBeGreaterThan(39)
})
