#!/usr/bin/env node
// Starts the command line on whatever Node the machine has. Plain JavaScript without dependencies: an old Node must be able to
// read this far, to hand over to a newer one or to say what is missing.
import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const NEEDED = '22.15.0'
const here = fileURLToPath(import.meta.url)
const home = join(dirname(here), '..')
const source = join(home, 'src', 'cli', 'main.ts')
const isClone = existsSync(source)
const entry = isClone ? source : join(home, 'dist', 'cli', 'main.js')

if (isClone && !existsSync(join(home, 'node_modules'))) {
  fail('holdfast: this clone has no dependencies yet. Run `npm ci` in it first.')
} else if (isNewEnough(process.versions.node) && (!isClone || process.features.typescript)) {
  await run()
} else {
  const newer = findNewerNode(home)
  if (newer) handOver(newer)
  else {
    fail(
      `holdfast: needs Node >= 22.15, found Node ${process.versions.node} (${process.execPath}) and no newer one in node_modules.\n` +
        'Install a newer Node, or add one to this project with `npm install --save-dev node@24`.',
    )
  }
}

async function run() {
  quietSqlite()
  if (!existsSync(entry))
    return fail(`holdfast: ${entry} is missing. Reinstall the package, or run \`npm run build\` in a clone.`)
  await prepareModules()
  const { main } = await import(pathToFileURL(entry).href)
  process.exitCode = await main(process.argv.slice(2))
}

// Compiled code is kept between calls, which halves the start. In a clone, modules that are given to the command line and import
// this package by its name (trackers) get the sources, as the tests do, not the last build.
async function prepareModules() {
  const { default: module } = await import('node:module')
  module.enableCompileCache()
  if (!isClone) return
  module.registerHooks({
    resolve: (specifier, context, next) =>
      next(specifier, { ...context, conditions: ['@holdfast/source', ...(context.conditions ?? [])] }),
  })
}

// Only two notices are dropped, both about features this package chose knowingly; every other warning still reaches the user.
function quietSqlite() {
  const emit = process.emit
  process.emit = /** @type {typeof process.emit} */ (
    /** @param {...unknown} args */
    (...args) => {
      const [event, warning] = args
      if (event === 'warning' && warning instanceof Error && warning.name === 'ExperimentalWarning') {
        if (/^(SQLite|Type Stripping)\b/.test(warning.message)) return false
      }
      return Reflect.apply(emit, process, args)
    }
  )
}

// The npm package `node` carries a Node; it may sit beside the package or, hoisted, in any parent.
/** @param {string} from @returns {string | undefined} */
function findNewerNode(from) {
  const folder = join(from, 'node_modules', 'node')
  for (const name of ['node', 'node.exe']) {
    const binary = join(folder, 'bin', name)
    if (existsSync(binary) && isNewEnough(versionOf(folder))) return binary
  }
  const parent = dirname(from)
  return parent === from ? undefined : findNewerNode(parent)
}

// Read rather than asked of the binary: it costs nothing, and a Node that is too old can never be started in a loop.
/** @param {string} folder @returns {string} */
function versionOf(folder) {
  try {
    return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).version
  } catch {
    return '0.0.0'
  }
}

/** @param {string} version */
function isNewEnough(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const [neededMajor = 0, neededMinor = 0] = NEEDED.split('.').map(Number)
  return major > neededMajor || (major === neededMajor && minor >= neededMinor)
}

/** @param {string} binary */
function handOver(binary) {
  const child = spawn(binary, [...process.execArgv, here, ...process.argv.slice(2)], { stdio: 'inherit' })
  /** @param {NodeJS.Signals} signal */
  const forward = (signal) => {
    // A terminal sends Ctrl-C to the whole group: forwarded too, the child would take it for a second, impatient one.
    if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal)
  }
  const signals = /** @type {NodeJS.Signals[]} */ (['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'])
  for (const signal of signals) process.on(signal, forward)
  child.on('error', (error) => fail(`holdfast: could not start ${binary}: ${error.message}`))
  child.on('exit', (code, signal) => {
    for (const each of signals) process.off(each, forward)
    if (signal) process.kill(process.pid, signal)
    else process.exitCode = code ?? 1
  })
}

/** @param {string} message */
function fail(message) {
  console.error(message)
  process.exitCode = 1
}
