import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { Json } from '../api/json.ts'
import { problemOf } from '../api/problem.ts'
import { putVariable, type Session } from '../api/session.ts'
import { Dialog } from '../shell/dialog.tsx'
import { say } from '../shell/say.tsx'
import { Trouble } from '../shell/trouble.tsx'
import { formatPath } from '../value/path.ts'
import type { Node } from '../value/tree.ts'
import { parsed } from './parsed.ts'

interface Props {
  readonly session: Session
  readonly node: Node
  readonly onClose: () => void
}

/** Changes one variable, if nobody else changed the session since it was looked at. */
export function EditDialog({ session, node, onClose }: Props) {
  const path = formatPath(node.path)
  const [text, setText] = useState(() => JSON.stringify(node.value, null, 2))
  const [base] = useState(session.revision)
  const client = useQueryClient()
  const value = parsed(text)
  const write = useMutation({
    mutationFn: (json: Json) => putVariable(session.id, path, json, base),
    onSuccess: () => {
      say(`Changed ${path}`)
      void client.invalidateQueries({ queryKey: ['session', session.id] })
      onClose()
    },
    onError: () => client.invalidateQueries({ queryKey: ['session', session.id] }),
  })
  const refused = write.error && problemOf(write.error).code === 'conflict'
  return (
    <Dialog label={`Edit ${path}`} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          if (value.ok) write.mutate(value.json)
        }}
      >
        <h2>
          Edit <span className="mono">{path}</span>
        </h2>
        <p className="dim">
          Writes one new revision after v{base}. Going back is another revision: the old value stays in the history.
        </p>
        <label>
          Value as JSON
          <textarea
            className="field"
            value={text}
            spellCheck={false}
            aria-invalid={!value.ok}
            onChange={(event) => setText(event.target.value)}
          />
        </label>
        {!value.ok && <p role="alert">This is not JSON yet: {value.why}</p>}
        {write.error && <Trouble error={write.error} />}
        {refused && <p>The session is at v{session.revision} now. Close, look at what changed, and edit again.</p>}
        <div className="actions">
          <button type="button" className="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className="button strong" disabled={!value.ok || write.isPending || refused === true}>
            {write.isPending ? 'Writing…' : `Write v${base + 1}`}
          </button>
        </div>
      </form>
    </Dialog>
  )
}
