import type { Construct } from 'constructs';
import type { FunctionFolder } from '../../function-environments';
import type { RouteClass } from '../web/route-limits';
import { BundledFunction, type BundledFunctionProps } from './bundled-function';

/** Why a function rejects a sender. Rejections are counted by reason. */
export type RefusalReason = 'signature' | 'expired';

/** A method and a path of the API, below the stage. */
export type Route = `${'GET' | 'POST'} /${string}`;

/** Props of a function that serves one or more API routes. Sharing a function saves monitoring costs. */
export interface RouteFunctionProps<
  Folder extends FunctionFolder,
  SetByConstruct extends string = never,
> extends BundledFunctionProps<Folder, SetByConstruct> {
  readonly route: Route;
  /** Other routes that the function serves. @default none */
  readonly otherRoutes?: readonly Route[];
  /** The purpose of the routes, which determines their request limits. */
  readonly routeClass: RouteClass;
  /** Who may send to the route; `elevenlabs` restricts it to ElevenLabs' addresses. @default anyone */
  readonly sender?: 'elevenlabs' | 'anyone';
  /** The reasons for which the function rejects senders. The alarms on rejected senders monitor them. */
  readonly refusals: readonly RefusalReason[];
}

/** A function behind routes. The API serves, throttles and monitors all of its routes. */
export class RouteFunction<
  Folder extends FunctionFolder = FunctionFolder,
  SetByConstruct extends string = never,
> extends BundledFunction<Folder, SetByConstruct> {
  /** The routes, each with its path below the stage, such as `/webhook/precall`. */
  readonly routes: readonly { readonly method: string; readonly path: string }[];
  readonly routeClass: RouteClass;
  readonly isForElevenLabs: boolean;
  readonly refusals: readonly RefusalReason[];

  constructor(scope: Construct, id: string, props: RouteFunctionProps<Folder, SetByConstruct>) {
    // Senders on the other routes can wait, and notice slow responses themselves.
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

/** Props of a function whose senders sign their requests. */
export type SignedRouteProps<Folder extends FunctionFolder> = Omit<
  RouteFunctionProps<Folder, 'SIGNATURE_TOLERANCE_SECONDS'>,
  'refusals'
>;

/**
 * A route that accepts only signed requests. It rejects wrong and expired signatures and missing secrets, and monitors
 * these rejections.
 */
export class SignedRoute<Folder extends FunctionFolder> extends RouteFunction<Folder, 'SIGNATURE_TOLERANCE_SECONDS'> {
  constructor(scope: Construct, id: string, props: SignedRouteProps<Folder>) {
    super(scope, id, { ...props, refusals: ['signature', 'expired'] });
    this.function.addEnvironment('SIGNATURE_TOLERANCE_SECONDS', String(props.settings.SIGNATURE_TOLERANCE_SECONDS));
  }
}
