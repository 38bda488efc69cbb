import type { Mark } from '../value/tree.ts'

const signs: Readonly<Record<Mark, string>> = { same: '', added: '+', removed: '-' }
const said: Readonly<Record<Mark, string>> = { same: '', added: 'added: ', removed: 'removed: ' }

/** Whether a line came or went, in a sign, and in a word for who does not see it. */
export function Sign({ mark, silent = false }: { readonly mark: Mark; readonly silent?: boolean }) {
  return (
    <>
      <span className="sign" aria-hidden>
        {signs[mark]}
      </span>
      {mark !== 'same' && !silent && <span className="hidden">{said[mark]}</span>}
    </>
  )
}
