// The directives of Apache 2.4 and its own modules, from their command tables; and those of modules that hosts often have.

/** The classes of AllowOverride. */
export type OverrideClass =
  | "AuthConfig"
  | "FileInfo"
  | "Indexes"
  | "Limit"
  | "Options";

/** All of them. */
export const CLASSES: readonly OverrideClass[] = [
  "AuthConfig",
  "FileInfo",
  "Indexes",
  "Limit",
  "Options",
];

/** What is known of a directive. */
export interface Known {
  /** As `rewrite_module`, any one of them; none for what every Apache has. */
  readonly modules: readonly string[];
  /** Classes of AllowOverride of which one permits it in .htaccess; none where it may not stand there. */
  readonly classes: readonly OverrideClass[];
}

/** @param name in lower case; a section's without its bracket */
export function knownDirective(name: string): Known | undefined {
  const exact = EXACT.get(name);
  if (exact !== undefined) return exact;
  return FAMILIES.find(([start]) => name.startsWith(start))?.[1];
}

/** Whether all directives of a loaded module are known here. */
export function isKnownModule(module: string): boolean {
  return MODULES.has(module);
}

/** Whether LiteSpeed takes a directive in .htaccess that Apache does not: those of its cache, of which some are called as mod_cache's. */
export function isLiteSpeeds(name: string): boolean {
  return LITESPEED.has(name);
}

const LITESPEED: ReadonlySet<string> = new Set([
  "cachedisable",
  "cacheenable",
  "cacheengine",
  "cacheignorecachecontrol",
  "cachekeymodify",
  "cachelookup",
  "cachemaxexpire",
  "cachemaxstaleage",
  "cacheroot",
]);

// modules | classes, or "any" of them, or "server" alone | directives, "*" for those that begin so
const TABLE = `
core | AuthConfig | CGIPassAuth
core | FileInfo | AddDefaultCharset AcceptPathInfo ErrorDocument DefaultType FileETag EnableMMAP EnableSendfile CGIVar QualifyRedirectURL ForceType SetHandler SetOutputFilter SetInputFilter
core | Limit+AuthConfig | Limit LimitExcept
core | Options | Options ContentDigest
core | any | Files IfModule IfDefine IfFile IfDirective IfSection FilesMatch Error If ElseIf Else ServerSignature LimitRequestBody LimitXMLRequestBody RLimitCPU RLimitMEM RLimitNPROC IfVersion LogIOTrackTTFB
access_compat | AuthConfig | Satisfy
access_compat | Limit | Order Allow Deny
actions | FileInfo | Action
alias | FileInfo | Redirect RedirectMatch RedirectTemp RedirectPermanent RedirectRelative AliasPreservePath
auth_basic | AuthConfig | AuthBasicProvider AuthBasicAuthoritative AuthBasicFake AuthBasicUseDigestAlgorithm
auth_digest | AuthConfig | AuthDigestProvider AuthDigestQop AuthDigestNonceLifetime AuthDigestNcCheck AuthDigestAlgorithm AuthDigestDomain
auth_form | AuthConfig | AuthFormProvider AuthFormUsername AuthFormPassword AuthFormLocation AuthFormMethod AuthFormMimetype AuthFormBody AuthFormLoginRequiredLocation AuthFormLoginSuccessLocation AuthFormLogoutLocation AuthFormSitePassphrase AuthFormAuthoritative AuthFormFakeBasicAuth AuthFormDisableNoStore
authn_anon | AuthConfig | Anonymous Anonymous_MustGiveEmail Anonymous_NoUserId Anonymous_VerifyEmail Anonymous_LogEmail
authn_core | AuthConfig | AuthType AuthName
authn_dbm | AuthConfig | AuthDBMUserFile AuthDBMType
authn_file | AuthConfig | AuthUserFile
authn_socache | AuthConfig | AuthnCacheProvideFor AuthnCacheTimeout
authnz_fcgi | FileInfo | AuthnzFcgiCheckAuthnProvider
authnz_ldap | AuthConfig | AuthLDAPURL AuthLDAPBindDN AuthLDAPBindPassword AuthLDAPBindAuthoritative AuthLDAPRemoteUserIsDN AuthLDAPRemoteUserAttribute AuthLDAPCompareDNOnServer AuthLDAPSubGroupAttribute AuthLDAPSubGroupClass AuthLDAPMaxSubGroupDepth AuthLDAPGroupAttribute AuthLDAPGroupAttributeIsDN AuthLDAPDereferenceAliases AuthLDAPAuthorizePrefix AuthLDAPInitialBindAsUser AuthLDAPInitialBindPattern AuthLDAPSearchAsUser AuthLDAPCompareAsUser
authz_core | AuthConfig | Require RequireAll RequireAny RequireNone AuthMerging AuthzSendForbiddenOnFailure
authz_dbm | AuthConfig | AuthDBMGroupFile AuthzDBMType
authz_groupfile | AuthConfig | AuthGroupFile
autoindex | Indexes | AddIcon AddIconByType AddIconByEncoding AddAlt AddAltByType AddAltByEncoding IndexOptions IndexOrderDefault IndexIgnore IndexIgnoreReset AddDescription HeaderName ReadmeName DefaultIcon IndexStyleSheet IndexHeadInsert
autoindex | any | FancyIndexing
cern_meta | Indexes | MetaFiles MetaDir MetaSuffix
charset_lite | FileInfo | CharsetSourceEnc CharsetDefault CharsetOptions
deflate | any | DeflateInflateLimitRequestBody DeflateInflateRatioLimit DeflateInflateRatioBurst
dir | Indexes | FallbackResource DirectoryIndex DirectorySlash DirectoryCheckHandler DirectoryIndexRedirect
env | FileInfo | PassEnv SetEnv UnsetEnv
expires | Indexes | ExpiresActive ExpiresByType ExpiresDefault
fcgid | FileInfo | FcgidAccessChecker FcgidAccessCheckerAuthoritative FcgidAuthenticator FcgidAuthenticatorAuthoritative FcgidAuthorizer FcgidAuthorizerAuthoritative FcgidWrapper
filter | FileInfo | AddOutputFilterByType
filter | Options | FilterDeclare FilterProvider FilterChain FilterProtocol
headers | FileInfo | Header RequestHeader
http2 | AuthConfig | H2Upgrade H2Push
http2 | FileInfo | H2CopyFiles H2ProxyRequests
http2 | FileInfo+AuthConfig | H2PushResource H2EarlyHint
imagemap | Indexes | ImapMenu ImapDefault ImapBase
include | Limit | SSILegacyExprParser SSILastModified SSIEtag
include | Options | XBitHack
include | any | SSIErrorMsg SSITimeFormat SSIUndefinedEcho
ldap | AuthConfig | LDAPTrustedClientCert LDAPReferrals LDAPReferralHopLimit
macro | any | Macro Use UndefMacro MacroIgnoreEmptyArgs MacroIgnoreBadNesting
md | AuthConfig | MDRequireHttps
mime | FileInfo | AddCharset AddEncoding AddHandler AddInputFilter AddLanguage AddOutputFilter AddType DefaultLanguage MultiviewsMatch RemoveCharset RemoveEncoding RemoveHandler RemoveInputFilter RemoveLanguage RemoveOutputFilter RemoveType
negotiation | FileInfo | LanguagePriority ForceLanguagePriority
proxy_express | FileInfo | ProxyExpressEnable ProxyExpressDBMFile ProxyExpressDBMType
proxy_fcgi | FileInfo | ProxyFCGIBackendType ProxyFCGISetEnvIf
proxy_hcheck | FileInfo | ProxyHCTemplate ProxyHCExpr
reflector | Options | ReflectorHeader
rewrite | FileInfo | RewriteEngine RewriteOptions RewriteBase RewriteCond RewriteRule
session | AuthConfig | Session SessionMaxAge SessionHeader SessionEnv SessionInclude SessionExclude SessionExpiryUpdateInterval
session_cookie | AuthConfig | SessionCookieName SessionCookieName2 SessionCookieRemove
session_crypto | AuthConfig | SessionCryptoPassphrase SessionCryptoCipher
session_dbd | AuthConfig | SessionDBDSelectLabel SessionDBDInsertLabel SessionDBDUpdateLabel SessionDBDDeleteLabel SessionDBDPerUser SessionDBDCookieRemove SessionDBDCookieName SessionDBDCookieName2
setenvif | FileInfo | SetEnvIf SetEnvIfNoCase SetEnvIfExpr BrowserMatch BrowserMatchNoCase
speling | Options | CheckSpelling CheckCaseOnly CheckBasenameMatch
ssl | AuthConfig | SSLCipherSuite SSLCACertificatePath SSLCACertificateFile SSLVerifyClient SSLVerifyDepth SSLUserName SSLRequireSSL SSLRequire SSLRenegBufferSize
ssl | Options | SSLOptions
ssl | any | SSLLog SSLLogLevel
substitute | FileInfo | Substitute SubstituteMaxLineLength SubstituteInheritBefore
usertrack | FileInfo | CookieExpires CookieDomain CookieStyle CookieTracking CookieName CookieSameSite CookieSecure CookieHttpOnly
xml2enc | any | xml2EncDefault xml2StartParse
core | server | ScriptLog ScriptLogLength ScriptLogBuffer CGIScriptTimeout ScriptSock CGIDScriptTimeout ListenBacklog ListenCoresBucketsRatio Listen SendBufferSize ReceiveBufferSize ListenTCPDeferAccept StartServers ServerLimit MinSpareThreads MaxSpareThreads MaxClients MaxRequestWorkers ThreadsPerChild ThreadLimit AsyncRequestWorkerFactor GracefulShutdownTimeout MinSpareServers MaxSpareServers LoadModule LoadFile Directory Location VirtualHost DirectoryMatch LocationMatch Define UnDefine AccessFileName DocumentRoot AllowOverride AllowOverrideList ReadBufferSize FlushMaxThreshold FlushMaxPipelined Protocol AcceptFilter Port HostnameLookups ServerAdmin ServerName ServerRoot DefaultRuntimeDir ErrorLog ErrorLogFormat ServerAlias ServerPath Timeout UseCanonicalName UseCanonicalPhysicalPort Include IncludeOptional LogLevel NameVirtualHost ServerTokens LimitRequestLine LimitRequestFieldsize LimitRequestFields Mutex MaxRanges MaxRangeOverlaps MaxRangeReversals RegexDefaultOptions LimitInternalRecursion StrictHostCheck AllowEncodedSlashes ScoreBoardFile ExtendedStatus SeeRequestTail PidFile MaxRequestsPerChild MaxConnectionsPerChild CoreDumpDirectory MaxMemFree ThreadStackSize TraceEnable MergeTrailers Protocols ProtocolsHonorOrder HttpProtocolOptions RegisterHttpMethod MergeSlashes WatchdogInterval CustomLog GlobalLog TransferLog LogFormat BufferedLogs KeepAliveTimeout MaxKeepAliveRequests KeepAlive User Group ChrootDir Suexec
actions | server | Script
alias | server | Alias ScriptAlias AliasMatch ScriptAliasMatch
allowmethods | server | AllowMethods
auth_digest | server | AuthDigestShmemSize
auth_form | server | AuthFormSize
authn_core | server | AuthnProviderAlias
authn_dbd | server | AuthDBDUserPWQuery AuthDBDUserRealmQuery
authn_socache | server | AuthnCacheSOCache AuthnCacheEnable AuthnCacheContext
authnz_fcgi | server | AuthnzFcgiDefineProvider
authnz_ldap | server | AuthLDAPCharsetConfig
authz_core | server | AuthzProviderAlias
authz_dbd | server | AuthzDBDLoginToReferer AuthzDBDQuery AuthzDBDRedirectQuery
brotli | server | Brotli*
buffer | server | BufferSize
cache | server | CacheEnable CacheDisable CacheMaxExpire CacheMinExpire CacheDefaultExpire CacheQuickHandler CacheIgnoreNoLastMod CacheIgnoreCacheControl CacheStoreExpired CacheStorePrivate CacheStoreNoStore CacheIgnoreHeaders CacheIgnoreQueryString CacheIgnoreURLSessionIdentifiers CacheLastModifiedFactor CacheLock CacheLockPath CacheLockMaxAge CacheHeader CacheDetailHeader CacheKeyBaseURL CacheStaleOnError
cache_disk | server | CacheRoot CacheDirLevels CacheDirLength CacheMinFileSize CacheMaxFileSize CacheReadSize CacheReadTime
cache_socache | server | CacheSocache CacheSocacheMaxTime CacheSocacheMinTime CacheSocacheMaxSize CacheSocacheReadSize CacheSocacheReadTime
dav | server | Dav*
dav_fs | server | DAVLockDB
dav_lock | server | DAVGenericLockDB
dbd | server | DBD*
deflate | server | Deflate*
dialup | server | ModemStandard
dumpio | server | DumpIOInput DumpIOOutput
echo | server | ProtocolEcho
ext_filter | server | ExtFilterOptions ExtFilterDefine
fcgid | server | Fcgid*
file_cache | server | CacheFile MMapFile
filter | server | FilterTrace
heartbeat | server | HeartbeatAddress
heartmonitor | server | HeartbeatListen HeartbeatStorage HeartbeatMaxServers
http2 | server | H2*
ident | server | IdentityCheck IdentityCheckTimeout
include | server | SSIStartTag SSIEndTag
info | server | AddModuleInfo
lbmethod_heartbeat | server | HeartbeatStorage
ldap | server | LDAP*
log_debug | server | LogMessage
log_forensic | server | ForensicLog
lua | any | Lua*
md | server | MD*
mime | server | TypesConfig ModMimeUsePathInfo
mime_magic | server | MimeMagicFile
negotiation | server | CacheNegotiatedDocs
proxy | server | Proxy* NoProxy Balancer*
proxy_connect | server | AllowCONNECT
proxy_ftp | server | ProxyFtpListOnWildcard ProxyFtpEscapeWildcards ProxyFtpDirCharset
proxy_hcheck | server | ProxyHCTPsize
proxy_html | server | ProxyHTMLEvents ProxyHTMLLinks ProxyHTMLURLMap ProxyHTMLDoctype ProxyHTMLFixups ProxyHTMLMeta ProxyHTMLInterp ProxyHTMLExtended ProxyHTMLStripComments ProxyHTMLBufSize ProxyHTMLCharsetOut ProxyHTMLEnable
proxy_scgi | server | ProxySCGISendfile ProxySCGIInternalRedirect
proxy_wstunnel | server | ProxyWebsocketFallbackToProxyHttp
remoteip | server | RemoteIP*
reqtimeout | server | RequestReadTimeout
request | server | KeptBodySize
rewrite | server | RewriteMap
sed | server | OutputSed InputSed
session_crypto | server | SessionCryptoPassphraseFile SessionCryptoDriver
socache_memcache | server | MemcacheConnTTL
socache_redis | server | RedisConnPoolTTL RedisTimeout
ssl | server | SSL*
suexec | server | SuexecUserGroup
userdir | server | UserDir
vhost_alias | server | VirtualScriptAlias VirtualDocumentRoot VirtualScriptAliasIP VirtualDocumentRootIP
xml2enc | server | xml2EncAlias
php php5 php7 | Options | php_value php_flag
php php5 php7 | server | php_admin_value php_admin_flag PHPINIDir
security2 | any | Sec*
passenger | any | Passenger*
pagespeed | any | ModPagespeed*
lsapi | any | lsapi_*
suphp | any | suPHP_*
perl | any | Perl*
wsgi | any | WSGI*
geoip | any | GeoIP*
maxminddb | any | MaxMind*
xsendfile | any | XSendFile*
`;

/** Modules without directives, or with none but the server's. */
const SILENT =
  "asis authz_host authz_owner authz_user bucketeer case_filter case_filter_in cgi cgid core data http lbmethod_bybusyness lbmethod_byrequests lbmethod_bytraffic log_config logio mpm_event mpm_itk mpm_prefork mpm_worker proxy_ajp proxy_balancer proxy_fdpass proxy_http proxy_http2 proxy_uwsgi ratelimit slotmem_plain slotmem_shm so socache_dbm socache_shmcb status suexec systemd unique_id unixd version watchdog";

type Row = readonly [name: string, known: Known];

const ROWS: readonly Row[] = TABLE.trim()
  .split("\n")
  .flatMap((line) => {
    const [modules = "", needs = "", names = ""] = line.split(" | ");
    const known: Known = {
      modules:
        modules === "core"
          ? []
          : modules.split(" ").map((each) => `${each}_module`),
      classes: CLASSES.filter(
        (each) => needs === "any" || needs.split("+").includes(each),
      ),
    };
    return names.split(" ").map((name): Row => [name, known]);
  });

const EXACT: ReadonlyMap<string, Known> = new Map(
  ROWS.filter(([name]) => !name.endsWith("*"))
    .reverse()
    .map(([name, known]) => [name.toLowerCase(), known]),
);

const FAMILIES: readonly Row[] = ROWS.filter(([name]) =>
  name.endsWith("*"),
).map(([name, known]) => [name.slice(0, -1).toLowerCase(), known]);

const MODULES: ReadonlySet<string> = new Set([
  ...ROWS.flatMap(([, { modules }]) => modules),
  ...SILENT.split(" ").map((each) => `${each}_module`),
]);

/** What may stand in .htaccess, as the manual spells it. */
export const HTACCESS_NAMES: readonly string[] = ROWS.filter(
  ([name, { classes }]) => classes.length > 0 && !name.endsWith("*"),
).map(([name]) => name);
