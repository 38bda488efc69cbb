interface Props {
  readonly label: string
  readonly text: string
  /** Why it cannot be sent as it is. */
  readonly problem: string | undefined
  readonly onChange: (text: string) => void
}

/** A value typed as JSON; what is wrong with it is said while it is typed. */
export function JsonField({ label, text, problem, onChange }: Props) {
  return (
    <>
      <label>
        {label}
        <textarea
          className="field"
          value={text}
          spellCheck={false}
          aria-invalid={problem !== undefined}
          onChange={(event) => onChange(event.target.value)}
        />
      </label>
      {problem !== undefined && <p role="alert">{problem}</p>}
    </>
  )
}
