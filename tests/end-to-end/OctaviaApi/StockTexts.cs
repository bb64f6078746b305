// Configurations in the shape a stock controller uploads them (driver-calls §4, §6).
using System.Net;

namespace Amphora.EndToEnd.Tests.OctaviaApi;

/// <summary>Texts for one load balancer, its listeners and its amphora.</summary>
internal static class StockTexts
{
    private const string Pool = "aaaaaaaa-0000-4000-8000-000000000001";

    /// <summary>haproxy.cfg with one HTTP listener; every member gets a server line.</summary>
    /// <param name="basePath">base_path of the agent.</param>
    /// <param name="loadBalancer">Its id.</param>
    /// <param name="listener">Its frontend.</param>
    /// <param name="bind">What stands behind <c>bind</c>.</param>
    /// <param name="members">Where its servers are.</param>
    public static string Haproxy(string basePath, string loadBalancer, string listener, string bind, params IEnumerable<IPEndPoint> members) =>
        $"""
        # Configuration for loadbalancer {loadBalancer}
        global
            daemon
            user nobody
            log /run/rsyslog/octavia/log local0
            log /run/rsyslog/octavia/log local1 notice
            stats socket {basePath}/{loadBalancer}.sock mode 0666 level user
            server-state-file {basePath}/{loadBalancer}/servers-state
            maxconn 500

        defaults
            log global
            retries 3
            option redispatch
            option splice-request
            option splice-response
            option http-keep-alive

        frontend {listener}
            maxconn 500
            bind {bind}
            mode http
            default_backend {Pool}:{listener}
            timeout client 50000

        backend {Pool}:{listener}
            mode http
            balance roundrobin
            fullconn 500
            load-server-state-from-file global
            option allbackups
            timeout connect 5000
            timeout server 50000
        {string.Join('\n', members.Select((member, index) => $"    server aaaaaaaa-0000-4000-8000-{index:x12} {member} weight 1"))}

        """;

    /// <summary>octavia-keepalived.conf.</summary>
    public static string Vrrp(string basePath, string @interface, IPAddress vip, IPAddress vrrpIp, int priority) =>
        $$"""
        vrrp_script check_script {
          script {{basePath}}/vrrp/check_script.sh
          interval 5
          fall 2
          rise 2
        }

        vrrp_instance 11111111222243338444555555555555 {
          interface {{@interface}}
          virtual_router_id 1
          priority {{priority}}
          nopreempt
          accept
          garp_master_refresh 5
          garp_master_refresh_repeat 2
          advert_int 1
          authentication {
            auth_type PASS
            auth_pass 1a2b3c4
          }
          unicast_src_ip {{vrrpIp}}
          unicast_peer {
            10.77.0.12
          }
          virtual_ipaddress {
            {{vip}}
          }
          track_script {
            check_script
          }
        }

        """;

    /// <summary>Configuration of a UDP listener.</summary>
    public static string Lvs(string basePath, string loadBalancer, string listener, IPAddress vip, IPEndPoint member) =>
        $$"""
        # Configuration for Loadbalancer {{loadBalancer}}
        # Configuration for Listener {{listener}}

        net_namespace amphora-haproxy

        virtual_server_group ipv4-group {
            {{vip}} 53
        }

        virtual_server group ipv4-group {
            lb_algo wrr
            lb_kind NAT
            protocol UDP
            delay_loop 5
            # Configuration for Pool aaaaaaaa-0000-4000-8000-000000000001
            # Configuration for Member aaaaaaaa-0000-4000-8000-000000000002
            real_server {{member.Address}} {{member.Port}} {
                weight 1
                MISC_CHECK {
                    misc_path "{{basePath}}/lvs/check/udp_check.sh {{member.Address}} {{member.Port}}"
                    misc_timeout 5
                }
            }
        }

        """;
}
