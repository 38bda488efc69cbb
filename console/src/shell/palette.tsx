import { useQuery } from '@tanstack/react-query'
import { CornerDownLeft, ListTree, Workflow } from 'lucide-react'
import { type KeyboardEvent, useState } from 'react'
import { listMachines } from '../api/machine.ts'
import { listSessions } from '../api/session.ts'
import { navigate } from '../route/location.ts'
import { sessionAddress, statechartAddress } from '../route/route.ts'
import { Dialog } from './dialog.tsx'
import { type Entry, fitting } from './palette-entry.ts'
import { places } from './places.ts'
import { setTheme } from './theme.ts'

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
        aria-label="Page, session id, statechart or action"
        aria-expanded={entries.length > 0}
        aria-controls="palette-list"
        aria-activedescendant={entries.length > 0 ? `palette-${chosen}` : undefined}
        placeholder="Page, session id, statechart or action"
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

function useEntries(text: string, onHelp: () => void): readonly Entry[] {
  const { data } = useQuery({
    queryKey: ['sessions', 'palette', text],
    queryFn: ({ signal }) => listSessions({ prefix: text, limit: 8 }, signal),
    staleTime: 5000,
  })
  const pages: Entry[] = places.map(({ name, to, icon }) => ({ key: to, name, icon, what: 'page', run: () => navigate(to) }))
  const action = (name: string, run: () => void): Entry => ({ key: name, name, icon: CornerDownLeft, what: 'action', run })
  const actions = [
    action('Use the dark theme', () => setTheme('dark')),
    action('Use the light theme', () => setTheme('light')),
    action('Follow the theme of the system', () => setTheme('system')),
    action('Show the keyboard help', onHelp),
  ]
  const sessions: Entry[] = (data?.sessions ?? []).map(({ id }) => ({
    key: `session ${id}`,
    name: id,
    icon: ListTree,
    what: 'session',
    run: () => navigate(sessionAddress(id)),
  }))
  const charts = useStatecharts()
  return text === '' ? [...pages, ...sessions, ...actions] : [...sessions, ...fitting([...pages, ...charts, ...actions], text)]
}

/** Each statechart once, whatever versions there are. */
function useStatecharts(): readonly Entry[] {
  const { data } = useQuery({ queryKey: ['machines'], queryFn: ({ signal }) => listMachines(signal), staleTime: 5000 })
  const ids = new Set(data?.machines.map(({ id }) => id))
  return [...ids].map((id) => {
    const run = () => navigate(statechartAddress(id))
    return { key: `statechart ${id}`, name: id, icon: Workflow, what: 'statechart', run }
  })
}
