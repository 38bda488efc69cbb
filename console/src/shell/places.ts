import {
  Activity,
  Boxes,
  Camera,
  CirclePlay,
  Gauge,
  GitBranch,
  KeyRound,
  ListChecks,
  ListTree,
  LockKeyhole,
  type LucideIcon,
  Network,
  Server,
  ShieldCheck,
  Stamp,
  UserRound,
  Workflow,
} from 'lucide-react'

export interface Place {
  readonly name: string
  readonly to: string
  readonly icon: LucideIcon
}

/** The left navigation, top to bottom. */
export const places: readonly Place[] = [
  { name: 'Overview', to: '/overview', icon: Activity },
  { name: 'Approvals', to: '/approvals', icon: Stamp },
  { name: 'Sessions', to: '/sessions', icon: ListTree },
  { name: 'Statecharts', to: '/statecharts', icon: Workflow },
  { name: 'Instances', to: '/instances', icon: CirclePlay },
  { name: 'Runs', to: '/runs', icon: ListChecks },
  { name: 'Workflows', to: '/workflows', icon: GitBranch },
  { name: 'Memory', to: '/memory', icon: Boxes },
  { name: 'Profiles', to: '/profiles', icon: UserRound },
  { name: 'Agents', to: '/agents', icon: Network },
  { name: 'Resources', to: '/resources', icon: LockKeyhole },
  { name: 'Checkpoints', to: '/checkpoints', icon: Camera },
  { name: 'Audit', to: '/audit', icon: ShieldCheck },
  { name: 'Nodes', to: '/nodes', icon: Server },
  { name: 'Operations', to: '/operations', icon: Gauge },
  { name: 'Access', to: '/access', icon: KeyRound },
]
