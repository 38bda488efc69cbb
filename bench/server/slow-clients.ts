import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { connect } from 'node:net'

/** Many connections that do one thing slowly. */
export interface SlowClients {
  /** What they do slowly. */
  readonly name: string
  /** Whose they are: the tool's, or our own sockets. */
  readonly by: string
  /** Resolves once they are there. */
  start(port: number): Promise<void>
  /** True when some were still there; false when the server had cut them all off. */
  stop(): Promise<boolean>
}

export const SLOW = 300
/** Longer than anybody measures: `stop` ends them. */
const SECONDS = '120'

/**
 * 300 connections each: slow headers, slow bodies and slow readers of slowhttptest (https://github.com/shekyan/slowhttptest)
 * where it is installed, otherwise slow headers of our own.
 */
export function slowClients(): readonly SlowClients[] {
  const isInstalled = spawnSync('slowhttptest', ['-h'], { stdio: 'ignore' }).error === undefined
  if (!isInstalled) return [ownSockets()]
  return [
    tool('slow headers', (at) => ['-H', '-x', '8', '-u', `${at}/v1/sessions/hot`]),
    tool('slow bodies', (at) => {
      const put = ['-t', 'PUT', '-f', 'application/json', '-s', '8192', '-u', `${at}/v1/sessions/hot/variables/n`]
      return ['-B', '-x', '8', ...put]
    }),
    tool('slow readers', (at) => ['-X', '-w', '16', '-y', '64', '-n', '1', '-z', '8', '-k', '3', '-u', `${at}/openapi.json`]),
  ]
}

function tool(name: string, argsOf: (at: string) => readonly string[]): SlowClients {
  let child: ChildProcess | undefined
  return {
    name,
    by: 'slowhttptest',
    async start(port) {
      const rest = ['-c', String(SLOW), '-r', String(SLOW), '-i', '1', '-p', '1', '-l', SECONDS]
      child = spawn('slowhttptest', [...argsOf(`http://127.0.0.1:${port}`), ...rest], { stdio: 'ignore' })
      await new Promise((resolve, reject) => child?.once('spawn', resolve).once('error', reject))
      await new Promise((resolve) => setTimeout(resolve, 1500))
      if (child.exitCode !== null) throw new Error(`slowhttptest ended with ${child.exitCode}`)
    },
    async stop() {
      if (child === undefined || child.exitCode !== null) return false
      const ended = new Promise((resolve) => child?.once('exit', resolve))
      child.kill('SIGKILL')
      await ended
      return true
    },
  }
}

function ownSockets(): SlowClients {
  let ends: readonly (() => boolean)[] = []
  return {
    name: 'slow headers',
    by: 'own sockets (slowhttptest is not installed)',
    async start(port) {
      ends = Array.from({ length: SLOW }, () => dribble(port))
    },
    async stop() {
      return ends.map((end) => end()).includes(true)
    },
  }
}

/** A byte of a header a second, until ended; then tells whether it still could. */
function dribble(port: number): () => boolean {
  const socket = connect(port, '127.0.0.1', () => socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n'))
  const timer = setInterval(() => socket.write('X'), 1000)
  socket.on('error', () => {})
  socket.on('close', () => clearInterval(timer))
  return () => {
    const isOpen = !socket.destroyed
    socket.destroy()
    return isOpen
  }
}
