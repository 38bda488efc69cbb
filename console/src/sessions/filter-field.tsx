import { ChevronDown } from 'lucide-react'
import { type ReactNode, useEffect, useRef, useState } from 'react'

interface TextProps {
  readonly label: string
  readonly value: string
  readonly onChange: (value: string) => void
  /** The one that `/` goes to. */
  readonly first?: boolean
}

/** A text that takes effect when typing pauses. */
export function TextField({ label, value, onChange, first = false }: TextProps) {
  const [typed, setTyped] = useState(value)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => setTyped(value), [value])
  useEffect(() => () => clearTimeout(timer.current), [])
  const type = (text: string) => {
    setTyped(text)
    clearTimeout(timer.current)
    timer.current = setTimeout(() => onChange(text), 250)
  }
  return (
    <input
      type="search"
      className="field mono"
      aria-label={label}
      placeholder={label}
      value={typed}
      spellCheck={false}
      autoComplete="off"
      data-search={first ? '' : undefined}
      onChange={(event) => type(event.target.value)}
      onKeyDown={(event) => {
        if (event.key === 'Enter') onChange(typed)
      }}
    />
  )
}

interface ChoiceProps {
  readonly label: string
  readonly value: string
  readonly onChange: (value: string) => void
  readonly children: ReactNode
}

/** One of a few; looks like the other fields in every browser. */
export function ChoiceField({ label, value, onChange, children }: ChoiceProps) {
  return (
    <span className="choice">
      <select className="field" aria-label={label} value={value} onChange={(event) => onChange(event.target.value)}>
        {children}
      </select>
      <ChevronDown size={12} aria-hidden />
    </span>
  )
}
