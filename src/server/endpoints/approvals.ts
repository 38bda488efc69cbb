import { z } from '@hono/zod-openapi'
import { fromTagged, type Json } from '../../core/index.ts'
import { json, nothing } from '../answer.ts'
import { replayHeader } from '../call.ts'
import { endpoint, none } from '../endpoint.ts'
import { approvalBodies } from '../run-body.ts'
import { approval, value } from '../shapes.ts'

const at = { tag: 'approvals', query: none } as const

const listApprovals = endpoint({
  ...at,
  method: 'get',
  path: '/v1/approvals',
  name: 'listApprovals',
  summary: 'What waits for a decision of a person, the longest asked first',
  params: none,
  answer: {
    status: 200,
    description: 'What is open, of at most 1,000 runs.',
    schema: z.object({ approvals: z.array(approval) }).openapi('Approvals'),
  },
  async handle(call) {
    return json(200, { approvals: await approvalBodies(call, await call.bot.approvals.list()) })
  },
})

const decideApproval = endpoint({
  ...at,
  method: 'post',
  path: '/v1/approvals/{id}/decide',
  name: 'decideApproval',
  summary: 'Allow or refuse what a run has asked',
  description:
    'Allow or refuse what a run has asked; the run goes on. Decided or expired before, it is 409 and says what stands.',
  params: z.object({
    id: z
      .string()
      .min(1)
      .max(1024)
      .openapi({ description: 'The id of the approval, percent-encoded.', example: 'alice/42/refund.m1:approval' }),
  }),
  body: z
    .strictObject({
      approved: z.boolean(),
      reason: z.string().max(2000).optional(),
      data: value.optional().openapi({ description: 'In place of what was asked.' }),
    })
    .openapi('ApprovalDecision'),
  answer: { status: 204, description: 'It is decided.' },
  async handle(call) {
    const { approved, reason, data } = call.body
    const decision = {
      approved,
      ...(reason !== undefined && { reason }),
      ...(data !== undefined && { data: fromTagged(data as Json) }),
    }
    return nothing(replayHeader(await call.bot.approvals.decide(call.params.id, decision, call.commitOptions)))
  },
})

export const approvalEndpoints = [listApprovals, decideApproval]
