import { type KeyboardEvent, useState } from 'react'
import { Dialog } from './dialog.tsx'
import type { Entry } from './palette-entry.ts'
import { useEntries } from './use-entries.ts'

interface Props {
  readonly onClose: () => void
  readonly onHelp: () => void
}

export function Palette({ onClose, onHelp }: Props) {
  const [text, setText] = useState('')
  const [at, setAt] = useState(0)
  const entries = useEntries(text.trim(), onHelp)
  const chosen = Math.min(at, entries.length - 1)
  const take = (entry: Entry | undefined) => {
    onClose()
    entry?.run()
  }
  const press = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    if (step !== 0) setAt((chosen + step + entries.length) % Math.max(1, entries.length))
    else if (event.key === 'Enter') take(entries[chosen])
    else return
    event.preventDefault()
  }
  return (
    <Dialog label="Jump to" className="palette" onClose={onClose}>
      <input
        autoFocus
        role="combobox"
        aria-label="Page, session id, run, approval, statechart or action"
        aria-expanded={entries.length > 0}
        aria-controls="palette-list"
        aria-activedescendant={entries.length > 0 ? `palette-${chosen}` : undefined}
        placeholder="Page, session id, run, approval, statechart or action"
        autoComplete="off"
        spellCheck={false}
        value={text}
        onChange={(event) => {
          setText(event.target.value)
          setAt(0)
        }}
        onKeyDown={press}
      />
      {entries.length === 0 && <p>Nothing fits. A session id is found by how it begins.</p>}
      <ul className="scroll" id="palette-list" role="listbox" aria-label="Results">
        {entries.map((entry, i) => (
          <Choice key={entry.key} entry={entry} index={i} chosen={i === chosen} onTake={take} onPoint={setAt} />
        ))}
      </ul>
    </Dialog>
  )
}

interface ChoiceProps {
  readonly entry: Entry
  readonly index: number
  readonly chosen: boolean
  readonly onTake: (entry: Entry) => void
  readonly onPoint: (index: number) => void
}

function Choice({ entry, index, chosen, onTake, onPoint }: ChoiceProps) {
  const Icon = entry.icon
  return (
    <li
      id={`palette-${index}`}
      role="option"
      aria-selected={chosen}
      ref={(element) => (chosen ? element?.scrollIntoView({ block: 'nearest' }) : undefined)}
      onClick={() => onTake(entry)}
      onPointerMove={() => onPoint(index)}
    >
      <Icon size={15} aria-hidden />
      <span className={entry.what === 'session' ? 'mono cut' : 'cut'}>{entry.name}</span>
      <small>{entry.what}</small>
    </li>
  )
}
