import { request } from './request.ts'

export const retryEffect = (id: string) => request<unknown>(`/v1/effects/${encodeURIComponent(id)}/retry`, { method: 'POST' })

export const cancelEffect = (id: string) => request<unknown>(`/v1/effects/${encodeURIComponent(id)}/cancel`, { method: 'POST' })
