import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Send } from 'lucide-react'
import { useState } from 'react'
import type { Json } from '../api/json.ts'
import { sendToRun } from '../api/run.ts'
import { parsed } from '../session/parsed.ts'
import { Dialog } from '../shell/dialog.tsx'
import { JsonField } from '../shell/json-field.tsx'
import { say } from '../shell/say.tsx'
import { Trouble } from '../shell/trouble.tsx'

interface Props {
  readonly run: string
  /** The event it waits for; empty: to be typed. */
  readonly event: string
  readonly onClose: () => void
}

/** Brings what a run waits for, or will wait for. */
export function SendDialog({ run, event: given, onClose }: Props) {
  const [name, setName] = useState(given)
  const [text, setText] = useState('null')
  const client = useQueryClient()
  const data = parsed(text)
  const ready = data.ok && name.trim() !== ''
  const send = useMutation({
    mutationFn: (json: Json) => sendToRun(run, name.trim(), json),
    onSuccess: () => {
      say(`Sent ${name.trim()}`)
      onClose()
    },
    onSettled: () => client.invalidateQueries({ queryKey: ['run', run] }),
  })
  return (
    <Dialog label="Send an event" onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          if (ready) send.mutate(data.json)
        }}
      >
        <h2>Send an event</h2>
        <p className="dim">
          The first step that waits for it takes it; when none does yet, it is kept until one does. It cannot be taken back.
        </p>
        <label>
          Name of the event
          <input
            className="field mono"
            required
            maxLength={256}
            value={name}
            spellCheck={false}
            onChange={(event) => setName(event.target.value)}
          />
        </label>
        <JsonField
          label="What goes with it, as JSON"
          text={text}
          problem={data.ok ? undefined : `This is not JSON yet: ${data.why}`}
          onChange={setText}
        />
        {send.error && <Trouble error={send.error} />}
        <div className="actions">
          <button type="button" className="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className="button strong" disabled={!ready || send.isPending}>
            <Send size={14} aria-hidden />
            {send.isPending ? 'Sending…' : 'Send'}
          </button>
        </div>
      </form>
    </Dialog>
  )
}
