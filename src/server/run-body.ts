import { toTagged } from '../core/index.ts'
import { maskingWithin } from '../masking.ts'
import { maskApproval, maskRun, maskSummary } from '../run-masking.ts'
import type { Masking } from '../session/index.ts'
import type { OpenApproval, RunSummary } from '../task/index.ts'
import { json } from './answer.ts'
import type { Call } from './call.ts'

type Headers = Readonly<Record<string, string>>

/** Answers with a run as it stands now. @throws not_found */
export async function answerRun(
  call: Call,
  id: string,
  status: 200 | 201 = 200,
  headers: Headers = {},
  more: { readonly warnings?: readonly string[] } = {},
): Promise<Response> {
  const found = await call.bot.run(id).inspect()
  const shown = await maskRun(await maskingWithin(call.hf, call.principal.tenant, found.session), found)
  return json(status, toTagged({ ...shown, ...more }).json, headers)
}

/** Runs of a list as the contract shows them. */
export function summaryBodies(call: Call, runs: readonly RunSummary[]): Promise<readonly unknown[]> {
  return bodies(call, runs, maskSummary)
}

/** What people are asked, as the contract shows it. */
export function approvalBodies(call: Call, approvals: readonly OpenApproval[]): Promise<readonly unknown[]> {
  return bodies(call, approvals, maskApproval)
}

/** The secrets of each session are looked for once. */
async function bodies<Of extends { readonly session: string }>(
  call: Call,
  list: readonly Of[],
  mask: (masking: Masking, one: Of) => Promise<Of>,
): Promise<readonly unknown[]> {
  const maskings = new Map<string, Masking>()
  const shown = []
  for (const one of list) {
    const masking = maskings.get(one.session) ?? (await maskingWithin(call.hf, call.principal.tenant, one.session))
    maskings.set(one.session, masking)
    shown.push(toTagged(await mask(masking, one)).json)
  }
  return shown
}
