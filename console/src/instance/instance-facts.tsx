import { TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import type { InstanceMoment, InstanceStep } from '../api/instance.ts'
import { Link } from '../route/link.tsx'
import { instanceAddress, sessionAddress, statechartAddress } from '../route/route.ts'
import { exact, relative } from '../time/instant.ts'
import { useNow } from '../time/use-now.ts'
import { InstanceStatus } from './instance-status.tsx'

interface Props {
  readonly shown: InstanceMoment
  /** The last step of the revision on screen. */
  readonly step: InstanceStep | undefined
  readonly isNow: boolean
}

/** What is known of an instance at the revision on screen. */
export function InstanceFacts({ shown, step, isNow }: Props) {
  const { session, machine, version, status, timers, children } = shown
  return (
    <section>
      <dl className="facts">
        <Fact name="status">
          <InstanceStatus status={status} />
        </Fact>
        <Fact name="machine">
          <Link to={statechartAddress(machine, { version })} className="mono">
            {machine} <small>{version}</small>
          </Link>
        </Fact>
        <Fact name="session">
          <Link to={sessionAddress(session)} className="mono">
            {session}
          </Link>
        </Fact>
        {step && <Fact name={isNow ? 'last' : `v${shown.revision}`}>{<Happened step={step} />}</Fact>}
        {timers.map(({ id, at }) => (
          <Timer key={id} id={id} at={at} isNow={isNow} />
        ))}
        {Object.entries(children).map(([name, { src, instance: child }]) => (
          <Fact key={name} name="child">
            {child === undefined ? (
              <span className="mono" title={`${name}: ${src}`}>
                {src}
              </span>
            ) : (
              <Link to={instanceAddress(child)} className="mono">
                {name}
              </Link>
            )}
          </Fact>
        ))}
      </dl>
      {status === 'needs_migration' && <NeedsMigration />}
    </section>
  )
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd className="cut">{children}</dd>
    </div>
  )
}

function Happened({ step }: { readonly step: InstanceStep }) {
  const { event, unhandled, failed } = step
  const end = failed ? `failed: ${failed.message}` : unhandled ? 'nothing took it' : ''
  return (
    <span className="mono" title={JSON.stringify(event)}>
      {event.type} {end !== '' && <em className="warned">{end}</em>}
    </span>
  )
}

function Timer({ id, at, isNow }: { readonly id: string; readonly at: string | number; readonly isNow: boolean }) {
  const now = useNow()
  return (
    <Fact name="timer">
      <time className="mono" title={`${id}, ${exact(at)}`}>
        {isNow ? relative(at, now) : exact(at).slice(0, 19)}
      </time>
    </Fact>
  )
}

function NeedsMigration() {
  return (
    <div className="notice warned">
      <h2>
        <TriangleAlert size={15} aria-hidden />
        It stands still
      </h2>
      <p className="dim">
        Today's definition does not fit what is stored. Nothing was reset: declare a migration, or let the server have the
        definition it was stored by; its timers and answers wait until then.
      </p>
    </div>
  )
}
