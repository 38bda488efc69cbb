import { connect } from 'node:net'

const CONNECTIONS = 32

/**
 * Sends one request after the other, each as `next` makes it, on each of 32 connections for a time; gives answers per second.
 * Answers must be 200.
 */
export async function requestsPerSecond(port: number, next: () => string, ms: number): Promise<number> {
  const started = performance.now()
  const counts = await Promise.all(Array.from({ length: CONNECTIONS }, () => drive(port, next, started + ms)))
  return (counts.reduce((sum, count) => sum + count, 0) * 1000) / (performance.now() - started)
}

function drive(port: number, next: () => string, until: number): Promise<number> {
  return new Promise((resolve, reject) => {
    let [count, buffered] = [0, '']
    const socket = connect(port, '127.0.0.1', () => socket.write(next()))
    socket.setEncoding('latin1')
    socket.on('error', reject)
    socket.on('data', (chunk: string) => {
      buffered += chunk
      const head = buffered.indexOf('\r\n\r\n')
      if (head === -1) return
      const length = /content-length: (\d+)/i.exec(buffered)?.[1]
      const isWhole = length === undefined ? buffered.endsWith('\r\n0\r\n\r\n') : buffered.length >= head + 4 + Number(length)
      if (!isWhole) return
      if (!buffered.startsWith('HTTP/1.1 200')) return reject(new Error(buffered.slice(0, 500)))
      count++
      buffered = ''
      if (performance.now() < until) socket.write(next())
      else socket.end(() => resolve(count))
    })
  })
}
