import { Copy } from 'lucide-react'
import { copy } from './say.tsx'

/** A command of the command line, ready to copy. */
export function Command({ text }: { readonly text: string }) {
  return (
    <span className="command">
      <code tabIndex={0}>{text}</code>
      <button
        type="button"
        className="icon-button"
        aria-label={`Copy the command ${text}`}
        onClick={() => void copy(text, 'the command')}
      >
        <Copy size={13} aria-hidden />
      </button>
    </span>
  )
}
