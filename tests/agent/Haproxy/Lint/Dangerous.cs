// Lines that no load balancer of Octavia's has in any section, by the one in which HAProxy would take them.
namespace Amphora.Agent.Tests.Haproxy.Lint;

internal static class Dangerous
{
    /// <summary>For the section <c>global</c>.</summary>
    public static readonly string[] Global =
    [
        "lua-load /tmp/x.lua", "lua-load-per-thread /tmp/x.lua", "lua-prepend-path /tmp", "stats socket /tmp/s mode 0666 level admin",
        "stats socket /var/lib/octavia/1967afd7-1f13-560f-a742-79a1cf16a829.sock mode 0666 level admin",
        "stats socket /var/lib/octavia/1967afd7-1f13-560f-a742-79a1cf16a829.sock mode 0666 level user expose-fd listeners", "stats socket ipv4@0.0.0.0:9999 level admin",
        "unix-bind prefix /tmp mode 777", "setenv PATH /tmp", "presetenv A b", "resetenv", "unsetenv PATH", "user root", "uid 0", "group root", "gid 0", "chroot /", "daemon now",
        "log 10.0.0.1:514 local0", "log /dev/log local0", "log stdout format raw local0", "log ring@x local0", "log /run/rsyslog/octavia/log local0 debug", "ca-base /",
        "crt-base /etc", "ssl-load-extra-files all", "ssl-default-bind-options no-tls-tickets", "ssl-engine x", "module-load x", "server-state-base /tmp",
        "server-state-file /tmp/x", "pidfile /tmp/p", "master-worker", "mworker-max-reloads 1", "external-check preserve-env", "insecure-setuid-wanted", "no insecure-fork-wanted", "set-dumpable",
        "nbproc 2", "maxconn -1", "maxconn 01", "tune.bufsize 1", "tune.lua.forced-yield 1", "expose-experimental-directives", "h1-case-adjust-file /tmp/x", "httpclient.ssl.ca-file /x",
        "wurfl-data-file /x", "deviceatlas-json-file /x", "51degrees-data-file /x", "stats bind-process 1", "stats maxconn 5", "cluster-secret x", "default-path config", "include /tmp/x.cfg",
    ];

    /// <summary>For a listener.</summary>
    public static readonly string[] Frontend =
    [
        "bind 0.0.0.0:22", "bind :80", "bind *:80", "bind [::]:80", "bind 10.0.0.5:80-90", "bind 10.0.0.5:80,10.0.0.6:80", "bind /tmp/s", "bind unix@/tmp/s", "bind abns@x", "bind fd@3",
        "bind ipv4@10.0.0.5:80", "bind sockpair@3", "bind localhost:80", "bind 10.0.0.5:80 accept-proxy", "bind 10.0.0.5:80 interface lo", "bind 10.0.0.5:80 namespace x", "bind 10.0.0.5:80 user root",
        "bind 10.0.0.5:443 ssl crt /etc/shadow", "bind 10.0.0.5:443 ssl crt-list /etc/passwd", "bind 10.0.0.5:443 ssl crt-list /var/lib/octavia/certs/1967afd7-1f13-560f-a742-79a1cf16a829/../x.pem",
        "bind 10.0.0.5:443 ssl crt-list /var/lib/octavia/certs/1967afd7-1f13-560f-a742-79a1cf16a829/a/b.pem", "bind 10.0.0.5:443 ssl crt-list /var/lib/octavia/certs/22222222-1f13-560f-a742-79a1cf16a829/b.pem",
        "bind 10.0.0.5:443 ssl crt-list /var/lib/octavia/certs/1967afd7-1f13-560f-a742-79a1cf16a829/.pem", "bind 10.0.0.5:443 generate-certificates ca-sign-file /x", "bind-process all",
        "http-request set-header X-Evil 1", "http-request use-service lua.x", "http-request use-service prometheus-exporter", "http-request lua.x", "http-request set-path /x", "http-request return file /etc/passwd",
        "http-request deny", "http-request deny if TRUE", "http-request deny unless 5e570001-0000-4000-8000-000000000001", "http-request allow", "http-request auth", "http-request set-map(/etc/x) a b",
        "http-request capture req.hdr(a) len 5", "http-request do-resolve(txn.x,dns) hdr(host)", "http-request set-dst ipv4(10.0.0.1)", "http-request tarpit", "http-request normalize-uri path-merge-slashes",
        "http-response set-header X-Evil 1", "http-response set-header Strict-Transport-Security x", "http-response lua.x", "http-after-response set-header a b", "tcp-request content lua.x",
        "tcp-request connection reject", "tcp-request content set-dst ipv4(10.0.0.1)", "tcp-request inspect-delay x", "tcp-response content lua.x", "errorfile 503 /etc/passwd", "errorfiles x", "errorloc 503 http://x/",
        "filter spoe engine x config /tmp/x", "filter trace", "filter compression", "compression algo gzip", "monitor-uri /x", "monitor fail", "stats enable", "stats uri /s", "stats admin if TRUE", "stats auth a:b",
        "capture request header a len 5", "capture cookie x len 5", "declare capture request len 5", "option httplog", "option http-server-close", "option dontlognull", "option http_proxy",
        "unique-id-format %ci", "log-format %[env(HOME)]", "log-format %[lua.x]", "log-format %[src,map(/etc/x)]", "log-format %", "log-format-sd x", "log 10.0.0.1:514 local0", "log-tag x", "mode tcp http",
        "mode health", "use_backend x", "use_backend f64b7859-b3b7-57c6-bcd1-26d3e2c96cff:cea01c26-bdbe-55ab-a078-bf900c5360ad", "use_backend %[req.hdr(host)]", "default_backend x", "default_backend global",
        "redirect location http://x/", "redirect prefix / if 5e570001-0000-4000-8000-000000000001", "redirect location javascript:x if 5e570001-0000-4000-8000-000000000001",
        "redirect location http://x/ if TRUE", "redirect code 304 location http://x/ if 5e570001-0000-4000-8000-000000000001", "redirect scheme http if { ssl_fc }", "redirect location http://x/ set-cookie a if 5e570001-0000-4000-8000-000000000001",
        "acl x path /a", "acl 5e570001-0000-4000-8000-000000000001 src 10.0.0.1", "acl 5e570001-0000-4000-8000-000000000001 path -f /etc/passwd", "acl 5e570001-0000-4000-8000-000000000001 path -m reg -f /etc/passwd",
        "acl 5e570001-0000-4000-8000-000000000001 path -m beg a b", "acl 5e570001-0000-4000-8000-000000000001 path -m beg -M -f /x", "acl 5e570001-0000-4000-8000-000000000001 path -m bin -- a",
        "acl 5e570001-0000-4000-8000-000000000001 env(HOME) -m str -- a", "acl 5e570001-0000-4000-8000-000000000001 req.hdr(a,-1) -m str -- a", "acl 5e570001-0000-4000-8000-000000000001 req.hdr(a),lower -m str -- a",
        "acl 5e570001-0000-4000-8000-000000000001 req.hdr -m str -- a", "acl 5e570001-0000-4000-8000-000000000001 lua.x -m found", "acl 5e570001-0000-4000-8000-000000000001 ssl_c_verify gt 0", "server x 10.0.0.1:80",
        "dispatch 10.0.0.1:80", "rate-limit sessions 5", "maxconn 5 6", "timeout client 5x", "timeout tarpit 5s", "backlog 5", "id 5", "description x", "disabled", "load-server-state-from-file local", "ignore-persist if TRUE",
        "''", "'' maxconn 5", "maxconn '' 5", "\"maxconn\" \"$HOME\"", "maxconn \"${X-5}\"", "maxconn '5", "maxconn 5\\x", "maxconn 5\rlua-load /x", "maxconn 5\0", "[x]", "@cli", "email-alert mailers x",
    ];

    /// <summary>For a pool.</summary>
    public static readonly string[] Backend =
    [
        "server x 10.0.0.1:80 weight 1", "server 5e570001-0000-4000-8000-000000000001 10.0.0.1:80", "server 5e570001-0000-4000-8000-000000000001 /tmp/s weight 1",
        "server 5e570001-0000-4000-8000-000000000001 unix@/tmp/s weight 1", "server 5e570001-0000-4000-8000-000000000001 abns@x weight 1", "server 5e570001-0000-4000-8000-000000000001 fd@3 weight 1",
        "server 5e570001-0000-4000-8000-000000000001 host.example:80 weight 1", "server 5e570001-0000-4000-8000-000000000001 10.0.0.1 weight 1", "server 5e570001-0000-4000-8000-000000000001 10.0.0.1:+80 weight 1",
        "server 5e570001-0000-4000-8000-000000000001 10.0.0.1:80 weight 257", "server 5e570001-0000-4000-8000-000000000001 10.0.0.1:80 weight 1 weight 1",
        "server 5e570001-0000-4000-8000-000000000001 10.0.0.1:80 weight 1 resolvers x", "server 5e570001-0000-4000-8000-000000000001 10.0.0.1:80 weight 1 source 10.0.0.9",
        "server 5e570001-0000-4000-8000-000000000001 10.0.0.1:80 weight 1 source 0.0.0.0 usesrc clientip", "server 5e570001-0000-4000-8000-000000000001 10.0.0.1:80 weight 1 namespace x",
        "server 5e570001-0000-4000-8000-000000000001 10.0.0.1:80 weight 1 socks4 10.0.0.1:1080", "server 5e570001-0000-4000-8000-000000000001 10.0.0.1:80 weight 1 ssl crt /etc/x.pem",
        "server 5e570001-0000-4000-8000-000000000001 10.0.0.1:80 weight 1 ssl ca-file /etc/ssl/certs/ca-certificates.crt", "server 5e570001-0000-4000-8000-000000000001 10.0.0.1:80 weight 1 ssl sni str(x)",
        "server 5e570001-0000-4000-8000-000000000001 10.0.0.1:80 weight 1 check agent-check agent-port 5", "server 5e570001-0000-4000-8000-000000000001 10.0.0.1:80 weight 1 check inter 0s",
        "server 5e570001-0000-4000-8000-000000000001 10.0.0.1:80 weight 1 check fall 11", "server 5e570001-0000-4000-8000-000000000001 10.0.0.1:80 weight 1 check addr x.example",
        "server 5e570001-0000-4000-8000-000000000001 10.0.0.1:80 weight 1 cookie x", "server 5e570001-0000-4000-8000-000000000001 10.0.0.1:80 weight 1 ws h2", "default-server resolvers x",
        "server-template x 1-5 host:80", "source 10.0.0.9", "use-server x if TRUE", "external-check command /bin/sh", "external-check path /tmp", "external-check command /var/lib/octavia/ping-wrapper.sh x",
        "external-check command /var/lib/octavia/../../tmp/ping-wrapper.sh", "option external-check x", "option httpchk", "option httpchk GET", "option httpchk FOO /", "option httpchk GET //host",
        @"option httpchk GET / HTTP/1.1\r\nX:\ y", @"option httpchk GET /a\r\nX:y", "option httpchk GET / HTTP/2", "option mysql-check user root", "option smtpchk", "option log-health-checks", "option transparent",
        "http-check connect port 22", "http-check send meth GET", "http-check send hdr Host %[env(HOME)]", "http-check send hdr X-Evil x", "http-check expect status 200", "http-check expect ! rstatus 200",
        "http-check expect rstatus .*", "http-check set-var(proc.x) int(1)", "tcp-check connect port 22", "tcp-check send x", "stick-table type ip size 10k store http_req_rate(10s)", "stick-table type ip size 10k peers other",
        "stick-table type integer size 10k", "stick-table type ip size 10k expire 1s", "stick on path", "stick match req.cook(a,b)", "stick match req.cook(a)b", "stick match req.cook(a),lower", "stick store-request src",
        "cookie SRV insert indirect nocache domain .x", "cookie X rewrite", "balance uri", "balance hdr(host)", "balance random", "hash-type consistent", "http-request set-header X-Forwarded-Proto ftp",
        "http-request set-header X-SSL-Client-DN %[env(HOME)]", "http-request set-header X-Forwarded-For %[src]", "http-reuse always", "http-send-name-header x", "load-server-state-from-file local", "fullconn 0", "dynamic-cookie-key x",
        "option forwardfor except 10.0.0.0/8", "retry-on all-retryable-errors", "filter fcgi-app x", "use-fcgi-app x", "http-request lua.x", "timeout check 3", "timeout check 3ms",
    ];

    /// <summary>For <c>defaults</c>.</summary>
    public static readonly string[] Defaults =
        ["retries 4", "option httplog", "log 10.0.0.1 local0", "timeout client 5s", "errorfile 503 /x", "source 10.0.0.1", "http-request lua.x", "option redispatch 1", "no option redispatch", "default-server resolvers x", "compression algo gzip"];

    /// <summary>For the section of peers.</summary>
    public static readonly string[] Peers =
        ["bind 10.0.0.5:1025", "bind 10.0.0.5:1025 ssl crt /x", "default-bind ssl", "default-server ssl", "server x 10.0.0.1:1025", "peer x 10.0.0.1:1026", "peer x host:1025", "peer -x 10.0.0.1:1025", "peer x 10.0.0.1:1025 local", "table x type ip size 5", "disabled", "log 10.0.0.1 local0"];

    /// <summary>Lines that begin something, wherever they stand.</summary>
    public static readonly string[] Anywhere =
    [
        "program x", "mailers x", "ring x", "resolvers x", "userlist x", "cache x", "http-errors x", "fcgi-app x", "log-forward x", "namespace_list", "crt-store x", "traces", "listen x", "listen x 10.0.0.1:80",
        "frontend x", "frontend cea01c26-bdbe-55ab-a078-bf900c5360ad 10.0.0.1:80", "backend x", "backend cea01c26-bdbe-55ab-a078-bf900c5360ad", "peers x", "peers", "defaults x", "defaults from y", "global x",
        ".if defined(A)", ".endif", ".else", ".elif true", ".notice x", ".alert x", ".diag x", ".include /x", "include /x", "!include", "\uFEFFglobal", "\0", "command /bin/sh", "option start-on-reload", "nameserver a 10.0.0.1:53",
        "mailer a 10.0.0.1:25", "parse-resolv-conf", "size 1048576", "user a insecure-password b", "group x users y",
    ];
}
