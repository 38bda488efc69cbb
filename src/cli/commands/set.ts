import { canonical } from '../../core/index.ts'
import type { Holdfast } from '../../index.ts'
import type { Call } from '../call.ts'
import { type Command, dryRun, type Result, reveal } from '../command.ts'
import { secretsOf } from '../secrets.ts'
import { UsageError } from '../usage-error.ts'
import { checkedPath, formatValue, parseValue } from '../value.ts'

export const set: Command = {
  name: 'set',
  summary: 'set a value; a session that is not there is made',
  arguments: [{ name: 'ID' }, { name: 'PATH' }, { name: 'VALUE' }],
  options: {
    'if-revision': { value: 'N', help: 'only if the session stands at this revision; 0 when it must not exist' },
    key: { value: 'K', help: 'idempotency key: the same call again changes nothing' },
    user: { value: 'USER', help: 'whose session it is' },
    yes: { help: 'do replace the whole state, when PATH is empty' },
    ...dryRun,
    ...reveal,
  },
  examples: [
    'set alice/42 cart.qty 3',
    'set alice/42 greeting "Good morning"',
    `set alice/42 due '{"$date":"2026-02-01T00:00:00Z"}'`,
    'set alice/42 cart.qty 4 --if-revision 7',
  ],
  next: 'history alice/42',
  async run(call) {
    const [id, path] = [call.place(0), checkedPath(call.place(1))]
    if (path.startsWith('temp:'))
      throw new UsageError('Variables of temp: live in the process that sets them: one set here could be read by nobody', 'PATH')
    const value = parseValue(call.place(2))
    if (path === '' && !call.flag('yes') && !call.flag('dry-run'))
      throw new UsageError('An empty PATH replaces the whole state; say --yes if that is meant, or try --dry-run', '--yes')
    return call.flag('dry-run') ? preview(call, id, path, value) : write(call, id, path, value)
  },
}

async function write(call: Call, id: string, path: string, value: unknown): Promise<Result> {
  await using hf = await call.openToWrite()
  const user = call.option('user')
  const revision = call.number('if-revision', 0)
  const { value: next, replayed } = await hf.commit(
    (tx) => {
      const session = tx.session(id, user === undefined ? {} : { user })
      if (revision !== undefined) session.expect(revision)
      session.set(path, value)
      session.entity.event('set', { path })
      return session.revision + 1
    },
    { source: 'cli', key: call.option('key'), fingerprint: canonical([id, path, value]) },
  )
  const text = replayed
    ? `${id} was at revision ${next} after this call the first time; nothing was changed`
    : `${id} is at revision ${next}`
  return { data: { session: id, path, revision: next, replayed }, text }
}

async function preview(call: Call, id: string, path: string, value: unknown): Promise<Result> {
  const before = await current(call, id, path)
  const revision = before === undefined ? 0 : before.revision
  const shown = before?.value === undefined ? 'nothing' : formatValue(before.value, call)
  return {
    data: {
      session: id,
      path,
      revision,
      dryRun: true,
      ...(before?.value !== undefined && { before: before.value }),
      after: value,
    },
    text: `Would set ${path || 'the whole state'} of ${id} (revision ${revision}) from ${shown} to ${formatValue(value, call)}`,
  }
}

async function current(call: Call, id: string, path: string): Promise<{ revision: number; value: unknown } | undefined> {
  let hf: Holdfast | undefined
  try {
    hf = await call.openToRead()
    const session = hf.session(id)
    const { revision } = await session.inspect()
    const secrets = await secretsOf(hf, session, call)
    return { revision, value: secrets.value(path, await session.get(path)) }
  } catch (error) {
    if ((error as { code?: unknown }).code === 'not_found') return undefined
    throw error
  } finally {
    await hf?.close()
  }
}
