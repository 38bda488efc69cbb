import type { KeyboardEvent } from 'react'
import './tabs.css'

interface Props<Name extends string> {
  readonly label: string
  readonly tabs: readonly (readonly [name: Name, label: string])[]
  readonly tab: Name
  /** The element they change. */
  readonly panel: string
  readonly onChoose: (name: Name) => void
}

/** Views of one thing, by the keys of the ARIA Authoring Practices. */
export function Tabs<Name extends string>({ label, tabs, tab, panel, onChoose }: Props<Name>) {
  const press = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0
    if (step === 0) return
    event.preventDefault()
    const at = tabs.findIndex(([name]) => name === tab)
    const next = tabs[(at + step + tabs.length) % tabs.length]
    if (!next) return
    onChoose(next[0])
    document.getElementById(`tab-${next[0]}`)?.focus()
  }
  return (
    <div className="tabs" role="tablist" aria-label={label}>
      {tabs.map(([name, text]) => (
        <button
          key={name}
          type="button"
          role="tab"
          id={`tab-${name}`}
          aria-selected={name === tab}
          aria-controls={panel}
          tabIndex={name === tab ? 0 : -1}
          onClick={() => onChoose(name)}
          onKeyDown={press}
        >
          {text}
        </button>
      ))}
    </div>
  )
}
