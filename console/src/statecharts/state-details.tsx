import type { ReactNode } from 'react'
import type { Machine, MachineArrow, MachineState } from '../api/machine.ts'
import { findState } from './state-rows.ts'

interface Props {
  readonly machine: Machine
  readonly state: MachineState
  readonly onChoose: (id: string) => void
}

/** All that a state says of itself, and where it leads. */
export function StateDetails({ machine, state, onChoose }: Props) {
  const { id, kind, label, description, instructions, tools, tags, entry, exit, invokes } = state
  const arrows = machine.arrows.filter(({ source }) => source === id)
  const incoming = machine.arrows.filter(
    ({ targets, source }) => targets.includes(id) && source !== id && !source.endsWith(':initial'),
  )
  return (
    <section className="state-details scroll" aria-label={`State ${label}`} tabIndex={0}>
      <h2>
        {label} <small>{kind === 'shallow' || kind === 'deep' ? `${kind} history` : kind}</small>
      </h2>
      {description !== undefined && <p>{description}</p>}
      {tags.length > 0 && <Names title="Tags" names={tags} />}
      {instructions !== undefined && (
        <Part title="Instructions">
          <p className="quoted">{instructions}</p>
        </Part>
      )}
      {tools !== undefined &&
        (tools.length > 0 ? <Names title="Tools" names={tools} /> : <Part title="Tools">none while it is active</Part>)}
      {entry.length > 0 && <Names title="Entry" names={entry} />}
      {exit.length > 0 && <Names title="Exit" names={exit} />}
      {invokes.length > 0 && <Names title="Invokes" names={invokes.map(({ src }) => src)} />}
      {arrows.length > 0 && (
        <Part title="Transitions">
          <ul>
            {arrows.map((arrow) => (
              <Leading key={arrow.id} arrow={arrow} machine={machine} onChoose={onChoose} />
            ))}
          </ul>
        </Part>
      )}
      {incoming.length > 0 && (
        <Part title="Reached from">
          <ul>
            {incoming.map((arrow) => (
              <li key={arrow.id}>
                <StateButton id={arrow.source} machine={machine} onChoose={onChoose} /> <Trigger {...arrow} />
              </li>
            ))}
          </ul>
        </Part>
      )}
    </section>
  )
}

function Part({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <div className="part">
      <h3>{title}</h3>
      {children}
    </div>
  )
}

function Names({ title, names }: { readonly title: string; readonly names: readonly string[] }) {
  return (
    <Part title={title}>
      <p className="names">
        {names.map((name) => (
          <code key={name}>{name}</code>
        ))}
      </p>
    </Part>
  )
}

interface LeadingProps extends Pick<Props, 'machine' | 'onChoose'> {
  readonly arrow: MachineArrow
}

function Leading({ arrow, machine, onChoose }: LeadingProps) {
  return (
    <li>
      <Trigger {...arrow} />
      {arrow.targets.map((target) => (
        <span key={target}>
          {' → '}
          <StateButton id={target} machine={machine} onChoose={onChoose} />
        </span>
      ))}
      {arrow.actions.length > 0 && <span className="actions"> / {arrow.actions.join(', ')}</span>}
      {arrow.internal && arrow.targets.length > 0 && <small> inside</small>}
      {arrow.description !== undefined && <p className="dim">{arrow.description}</p>}
    </li>
  )
}

function Trigger({ trigger, guard }: Pick<MachineArrow, 'trigger' | 'guard'>) {
  return (
    <code>
      {trigger === '' && guard === undefined ? 'always' : trigger}
      {guard !== undefined && <em>{trigger === '' ? `[${guard}]` : ` [${guard}]`}</em>}
    </code>
  )
}

function StateButton({ id, machine, onChoose }: Pick<Props, 'machine' | 'onChoose'> & { readonly id: string }) {
  return (
    <button type="button" className="state-link" onClick={() => onChoose(id)}>
      {findState(machine.root, id)?.label ?? id}
    </button>
  )
}
