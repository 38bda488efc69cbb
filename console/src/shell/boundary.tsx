import { Component, type ReactNode } from 'react'
import { Trouble } from './trouble.tsx'

interface Props {
  readonly children: ReactNode
}

/** Keeps a page that fails from taking the shell along. */
export class Boundary extends Component<Props, { readonly error: unknown }> {
  override state = { error: undefined as unknown }

  static getDerivedStateFromError(error: unknown) {
    return { error }
  }

  override render() {
    if (this.state.error === undefined) return this.props.children
    return (
      <div className="center">
        <Trouble error={this.state.error} onRetry={() => this.setState({ error: undefined })} />
      </div>
    )
  }
}
