import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Check, X } from 'lucide-react'
import { useState } from 'react'
import { type Approval, decideApproval } from '../api/approval.ts'
import { problemOf } from '../api/problem.ts'
import { Dialog } from '../shell/dialog.tsx'
import { JsonField } from '../shell/json-field.tsx'
import { say } from '../shell/say.tsx'
import { Trouble } from '../shell/trouble.tsx'
import { amended } from './amended.ts'

interface Props {
  readonly approval: Pick<Approval, 'id' | 'run' | 'title' | 'data'>
  readonly approved: boolean
  readonly onClose: () => void
}

/** Says what a decision does, and takes a reason and what is to hold in place of what was asked. */
export function DecideDialog({ approval, approved, onClose }: Props) {
  const { id, run, title, data } = approval
  const [reason, setReason] = useState('')
  const [text, setText] = useState(() => (data === undefined ? '' : JSON.stringify(data, null, 2)))
  const client = useQueryClient()
  const change = amended(data, text)
  const decide = useMutation({
    mutationFn: () => {
      const told = reason.trim()
      const held = change.ok ? change.data : undefined
      return decideApproval(id, { approved, ...(told !== '' && { reason: told }), ...(held !== undefined && { data: held }) })
    },
    onSuccess: () => {
      say(approved ? 'Approved: the run goes on' : 'Refused: the run goes on and is told')
      onClose()
    },
    // What stands is shown anew, whoever has decided it.
    onSettled: () => {
      void client.invalidateQueries({ queryKey: ['approvals'] })
      void client.invalidateQueries({ queryKey: ['run', run] })
    },
  })
  const stands = decide.error !== null && problemOf(decide.error).code === 'conflict'
  const word = approved ? 'Approve' : 'Refuse'
  return (
    <Dialog label={`${word}: ${title}`} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          if (change.ok && !stands) decide.mutate()
        }}
      >
        <h2>{word}?</h2>
        <p className="quoted">{title}</p>
        <p className="dim">
          The run goes on at once{!approved && ' and is told that it was refused'}. A decision is made once and cannot be taken
          back.
        </p>
        <label>
          Reason, which the run is told
          <input
            className="field"
            maxLength={2000}
            value={reason}
            placeholder="optional"
            onChange={(event) => setReason(event.target.value)}
            data-focus=""
          />
        </label>
        <JsonField
          label={`What was asked, as JSON; change it to ${approved ? 'allow something else' : 'say what would be allowed'}`}
          text={text}
          problem={change.ok ? undefined : change.why}
          onChange={setText}
        />
        {decide.error && <Trouble error={decide.error} />}
        <div className="actions">
          <button type="button" className="button" onClick={onClose}>
            {stands ? 'Close' : 'Decide later'}
          </button>
          <button type="submit" className="button strong" disabled={!change.ok || decide.isPending || stands}>
            {approved ? <Check size={14} aria-hidden /> : <X size={14} aria-hidden />}
            {decide.isPending ? 'Telling it…' : word}
          </button>
        </div>
      </form>
    </Dialog>
  )
}
