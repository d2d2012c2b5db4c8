import type { MethodDeploymentOptions } from 'aws-cdk-lib/aws-apigateway';

/** The request limits of a route. */
export interface RouteLimit {
  /** Steady requests per second. */
  readonly ratePerS: number;
  /** Burst limit: concurrent requests. */
  readonly burst: number;
}

/** The purpose of a route: calls depend on it, people and back offices use it, or it is the open health check. */
export type RouteClass = 'calls' | 'admin' | 'health';

/**
 * Returns the limit of each class. Routes for calls use the settings. People and back offices send few requests, and
 * the health check is open. Their small limits stop a flood before it uses up the account's request quota, which calls
 * need.
 */
export const limitsOf = (calls: RouteLimit): Readonly<Record<RouteClass, RouteLimit>> => ({
  calls,
  admin: { ratePerS: 5, burst: 10 },
  health: { ratePerS: 10, burst: 20 },
});

/**
 * Returns the limit as options of a stage or method. A method's options replace all of the stage's, not only the limit.
 */
export const throttled = ({ ratePerS, burst }: RouteLimit): MethodDeploymentOptions => ({
  throttlingRateLimit: ratePerS,
  throttlingBurstLimit: burst,
});
