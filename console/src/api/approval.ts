import type { Json } from './json.ts'
import { request } from './request.ts'

/** What a run has asked a person. */
export interface Approval {
  /** `<run>:<step>` */
  readonly id: string
  readonly run: string
  readonly session: string
  readonly title: string
  readonly data?: Json
  readonly asked: string | number
  readonly expires: string | number | null
}

/** The id of what a step of a run asks. A colon divides the two, so one in the name of a step is written otherwise, as the server does. */
export const approvalIdOf = (run: string, step: string) => `${run}:${step.replaceAll('~', '~0').replaceAll(':', '~2')}`

export interface Decision {
  readonly approved: boolean
  readonly reason?: string
  /** In place of what was asked. */
  readonly data?: Json
}

/** What is open, the longest asked first. */
export async function listApprovals(signal?: AbortSignal): Promise<readonly Approval[]> {
  const { approvals } = await request<{ readonly approvals: readonly Approval[] }>('/v1/approvals', signal ? { signal } : {})
  return approvals
}

export const decideApproval = (id: string, { approved, reason, data }: Decision) =>
  request<null>(`/v1/approvals/${encodeURIComponent(id)}/decide`, {
    method: 'POST',
    body: { approved, ...(reason !== undefined && { reason }), ...(data !== undefined && { data }) },
  })
