import { setTimeout } from 'node:timers/promises'
import { type Cluster, type Member, startAgain } from './cluster.ts'
import type { LinkMishap, Mishap } from './mishaps.ts'
import type { TcpProxy } from './tcp-proxy.ts'

/** Lets a mishap happen, waits, and makes good. */
export async function harm(cluster: Cluster, { kind, place, ms }: Mishap): Promise<void> {
  const member = at(cluster.members, place)
  if (kind === 'node_kill' || kind === 'node_clock') return replace(member, kind === 'node_clock' ? skewOf(place) : 0, ms)
  if (kind === 'node_freeze') return freezeNode(member, ms)
  const { database } = cluster
  if (kind === 'database_freeze' || kind === 'database_kill' || kind === 'database_crash') return database?.harm(kind, ms)
  const isClient = kind.startsWith('client_')
  const link = kind.slice(isClient ? 'client_'.length : 'database_link_'.length) as LinkMishap
  await disturb(at(isClient ? cluster.clientLinks : cluster.databaseLinks, place), link, ms)
}

/** Up to two minutes wrong, in either direction: beyond what a lease lasts. */
function skewOf(place: number): number {
  return (place % 240_000) - 120_000
}

async function replace(member: Member, skew: number, ms: number): Promise<void> {
  await member.program.kill()
  member.program.skew = skew
  await setTimeout(ms / 2)
  await startAgain(member)
}

async function freezeNode({ program }: Member, ms: number): Promise<void> {
  program.freeze()
  await setTimeout(ms)
  program.thaw()
}

async function disturb(proxy: TcpProxy, link: LinkMishap, ms: number): Promise<void> {
  if (link === 'cut') return proxy.cut()
  if (link === 'refuse') await proxy.refuse()
  if (link === 'delay') proxy.delay({ least: 50 + (ms % 200), more: 0 })
  if (link === 'jitter') proxy.delay({ least: 0, more: ms % 400 })
  if (link === 'freeze_up') proxy.freeze('up')
  if (link === 'freeze_down') proxy.freeze('down')
  if (link === 'lose_answer') proxy.loseAnswers(1 + (ms % 3))
  await setTimeout(ms)
  await proxy.heal()
}

function at<Item>(items: readonly Item[], place: number): Item {
  const item = items[place % items.length]
  if (item === undefined) throw new Error('There is nothing there that a mishap could happen to')
  return item
}
