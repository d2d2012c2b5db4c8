import type { Construct } from 'constructs';
import type { FunctionFolder } from '../../function-environments';
import type { RouteClass } from '../web/route-limits';
import { BundledFunction, type BundledFunctionProps } from './bundled-function';

/** Why a function refuses a sender; each refusal is counted by its reason. */
export type RefusalReason = 'signature' | 'expired';

/** A method and a path of the API, below the stage. */
export type Route = `${'GET' | 'POST'} /${string}`;

/** A function that answers one route of the API, or several that share what it costs to watch a function. */
export interface RouteFunctionProps<
  Folder extends FunctionFolder,
  SetByConstruct extends string = never,
> extends BundledFunctionProps<Folder, SetByConstruct> {
  readonly route: Route;
  /** Other routes that the function answers too. @default none */
  readonly otherRoutes?: readonly Route[];
  /** What the routes are for, which decides how many requests each accepts. */
  readonly routeClass: RouteClass;
  /** Who sends to the route; `elevenlabs`: only the addresses of ElevenLabs may. @default anyone */
  readonly sender?: 'elevenlabs' | 'anyone';
  /** The reasons for which the function refuses senders. The alarms on refused senders watch them. */
  readonly refusals: readonly RefusalReason[];
}

/** A function behind routes. The API serves, throttles and watches every one that the service holds. */
export class RouteFunction<
  Folder extends FunctionFolder = FunctionFolder,
  SetByConstruct extends string = never,
> extends BundledFunction<Folder, SetByConstruct> {
  /** Each with its path below the stage: `/webhook/precall`. */
  readonly routes: readonly { readonly method: string; readonly path: string }[];
  readonly routeClass: RouteClass;
  readonly isForElevenLabs: boolean;
  readonly refusals: readonly RefusalReason[];

  constructor(scope: Construct, id: string, props: RouteFunctionProps<Folder, SetByConstruct>) {
    // Whoever asks on the other routes can wait and sees it.
    super(scope, id, { isTimed: props.routeClass === 'calls', ...props });
    this.routes = [props.route, ...(props.otherRoutes ?? [])].map((route) => {
      const [method = '', path = ''] = route.split(' ');
      return { method, path };
    });
    this.routeClass = props.routeClass;
    this.isForElevenLabs = props.sender === 'elevenlabs';
    this.refusals = props.refusals;
  }
}

/** A function whose senders sign what they send. */
export type SignedRouteProps<Folder extends FunctionFolder> = Omit<
  RouteFunctionProps<Folder, 'SIGNATURE_TOLERANCE_SECONDS'>,
  'refusals'
>;

/**
 * A route that accepts signed requests only: a wrong signature, an old one and a missing secret are refused and
 * watched.
 */
export class SignedRoute<Folder extends FunctionFolder> extends RouteFunction<Folder, 'SIGNATURE_TOLERANCE_SECONDS'> {
  constructor(scope: Construct, id: string, props: SignedRouteProps<Folder>) {
    super(scope, id, { ...props, refusals: ['signature', 'expired'] });
    this.function.addEnvironment('SIGNATURE_TOLERANCE_SECONDS', String(props.settings.SIGNATURE_TOLERANCE_SECONDS));
  }
}
