import type { Instance } from '../api/instance.ts'

/** What an agent is told in the states that are active, and the tools it may call. */
export function Guidance({ instance }: { readonly instance: Instance }) {
  const { instructions, tools } = instance
  if (instructions === '' && tools === null) return null
  return (
    <section>
      <h2>An agent is told</h2>
      {instructions !== '' && <p className="quoted">{instructions}</p>}
      {tools !== null && (
        <p className="tools-now">
          <span className="dim">Tools</span> {tools.length === 0 ? 'none' : tools.map((tool) => <code key={tool}>{tool}</code>)}
        </p>
      )}
    </section>
  )
}
