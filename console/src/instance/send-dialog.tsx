import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Send } from 'lucide-react'
import { useState } from 'react'
import { type Instance, sendEvent } from '../api/instance.ts'
import type { Json } from '../api/json.ts'
import type { Machine, MachineArrow } from '../api/machine.ts'
import { parsed } from '../session/parsed.ts'
import { Dialog } from '../shell/dialog.tsx'
import { say } from '../shell/say.tsx'
import { Trouble } from '../shell/trouble.tsx'

interface Props {
  readonly instance: Instance
  readonly machine: Machine | undefined
  readonly active: ReadonlySet<string> | undefined
  /** Empty: to be typed. */
  readonly type: string
  readonly onClose: () => void
}

/** Sends an event after saying what it may lead to. */
export function SendDialog({ instance, machine, active, type: given, onClose }: Props) {
  const [type, setType] = useState(given)
  const [text, setText] = useState('{}')
  const client = useQueryClient()
  const data = parsed(text)
  const fields = data.ok && isObject(data.json) ? data.json : undefined
  const send = useMutation({
    mutationFn: () => sendEvent(instance.id, { ...fields, type: type.trim() }),
    onSuccess: ({ handled, states, revision }) => {
      say(handled ? `v${revision}: ${states.join(', ')}` : `Nothing takes ${type} now; v${revision} says that it came`)
      onClose()
    },
    onSettled: () => client.invalidateQueries({ queryKey: ['instance', instance.id] }),
  })
  return (
    <Dialog label={given === '' ? 'Send an event' : `Send ${given}`} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          if (fields && type.trim() !== '') send.mutate()
        }}
      >
        <h2>
          {given === '' ? (
            'Send an event'
          ) : (
            <>
              Send <span className="mono">{given}</span>
            </>
          )}
        </h2>
        <p className="dim">
          One commit after v{instance.revision}, with all the event leads to. It cannot be taken back; the history keeps both.
        </p>
        {given !== '' && machine && active && <Ways machine={machine} active={active} type={given} />}
        {given === '' && (
          <label>
            Type of the event
            <input
              className="field mono"
              required
              maxLength={512}
              value={type}
              spellCheck={false}
              onChange={(event) => setType(event.target.value)}
            />
          </label>
        )}
        <label>
          What goes with it, as a JSON object
          <textarea
            className="field"
            value={text}
            spellCheck={false}
            aria-invalid={!fields}
            onChange={(event) => setText(event.target.value)}
          />
        </label>
        {!fields && (
          <p role="alert">{data.ok ? 'Expected an object, such as {"amount": 10}' : `This is not JSON yet: ${data.why}`}</p>
        )}
        {send.error && <Trouble error={send.error} />}
        <div className="actions">
          <button type="button" className="button" onClick={onClose}>
            Cancel
          </button>
          <button
            type="submit"
            className="button strong"
            autoFocus={given !== ''}
            disabled={!fields || type.trim() === '' || send.isPending}
          >
            <Send size={14} aria-hidden />
            {send.isPending ? 'Sending…' : 'Send'}
          </button>
        </div>
      </form>
    </Dialog>
  )
}

/** Where the event may lead from what is active: which of them it takes is for the guards to say. */
function Ways({
  machine,
  active,
  type,
}: {
  readonly machine: Machine
  readonly active: ReadonlySet<string>
  readonly type: string
}) {
  const ways = machine.arrows.filter(({ source, trigger }) => active.has(source) && trigger.split(', ').includes(type))
  if (ways.length === 0) return null
  return (
    <ul className="ways mono">
      {ways.map((way) => (
        <li key={way.id}>
          {way.source} → {targetsOf(way)} {way.guard !== undefined && <em>[{way.guard}]</em>}
        </li>
      ))}
    </ul>
  )
}

function targetsOf({ targets, actions }: MachineArrow): string {
  return targets.length > 0 ? targets.join(', ') : actions.length > 0 ? actions.join(', ') : 'stays'
}

function isObject(value: Json): value is { readonly [field: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
