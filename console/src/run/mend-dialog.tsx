import { useMutation, useQueryClient } from '@tanstack/react-query'
import { RotateCw } from 'lucide-react'
import { useState } from 'react'
import type { Json } from '../api/json.ts'
import { type Run, retryRun, skipStep } from '../api/run.ts'
import { parsed } from '../session/parsed.ts'
import { Dialog } from '../shell/dialog.tsx'
import { JsonField } from '../shell/json-field.tsx'
import { say } from '../shell/say.tsx'
import { Trouble } from '../shell/trouble.tsx'

/** How a dead letter is mended: by another input, or by a value in place of what the step it failed of should have come to. */
export type Mending = 'edit' | 'skip'

const words = {
  edit: {
    title: 'Edit the input and retry',
    about: 'The task must take the new input. What is recorded stays: steps that were done are not done again for it.',
    field: 'Input, as JSON',
    act: 'Retry with this',
    done: 'Another attempt is made, with the new input',
  },
  skip: {
    title: 'Skip the step it failed of',
    about: 'The run goes on as if that step had come to this value. Do it when the work was done by other means.',
    field: 'Value of the step, as JSON',
    act: 'Skip it',
    done: 'It goes on behind that step',
  },
} as const

interface Props {
  readonly run: Run
  readonly mending: Mending
  readonly onClose: () => void
}

/** Lets a dead letter go on otherwise than by trying the same again. */
export function MendDialog({ run, mending, onClose }: Props) {
  const [text, setText] = useState(mending === 'edit' ? JSON.stringify(run.input, null, 2) : 'null')
  const client = useQueryClient()
  const value = parsed(text)
  const { title, about, field, act, done } = words[mending]
  const mend = useMutation({
    mutationFn: (json: Json) => (mending === 'edit' ? retryRun(run.id, json) : skipStep(run.id, json)),
    onSuccess: () => {
      say(done)
      onClose()
    },
    onSettled: () => {
      void client.invalidateQueries({ queryKey: ['runs'] })
      void client.invalidateQueries({ queryKey: ['run', run.id] })
    },
  })
  return (
    <Dialog label={title} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          if (value.ok) mend.mutate(value.json)
        }}
      >
        <h2>{title}</h2>
        <p className="dim">{about}</p>
        <JsonField
          label={field}
          text={text}
          problem={value.ok ? undefined : `This is not JSON yet: ${value.why}`}
          onChange={setText}
        />
        {mend.error && <Trouble error={mend.error} />}
        <div className="actions">
          <button type="button" className="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className="button strong" disabled={!value.ok || mend.isPending}>
            <RotateCw size={14} aria-hidden />
            {act}
          </button>
        </div>
      </form>
    </Dialog>
  )
}
