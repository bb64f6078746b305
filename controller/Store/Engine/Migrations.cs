// The schema, step by step. A new step is a new entry at the end of All: nothing above it is changed any more.
namespace Amphora.Controller.Store.Engine;

/// <summary>A step of the schema.</summary>
/// <param name="Version">Counted from 1, without gaps.</param>
/// <param name="Name">What it is for.</param>
/// <param name="Sql">Its statements, in words both engines know after <see cref="SqlDialect.Translate"/>.</param>
internal sealed record Migration(int Version, string Name, string Sql);

/// <summary>All steps of the schema.</summary>
internal static class Migrations
{
    /// <summary>In order.</summary>
    public static IReadOnlyList<Migration> All { get; } =
    [
        new(1, "load balancers, amphorae, quotas", LoadBalancersAmphoraeQuotas),
        new(2, "flows", Flows),
        new(3, "what changed", WhatChanged),
        new(4, "TLS containers", TlsContainers),
        new(5, "superseded flows", SupersededFlows),
    ];

    private const string LoadBalancersAmphoraeQuotas = """
        CREATE TABLE load_balancers (
            id {uuid} PRIMARY KEY,
            project_id TEXT NOT NULL,
            name TEXT NOT NULL,
            description TEXT NOT NULL,
            admin_state_up {boolean} NOT NULL,
            provisioning_status TEXT NOT NULL,
            operating_status TEXT NOT NULL,
            topology TEXT NOT NULL,
            vip_address TEXT,
            vip_port_id {uuid},
            vip_subnet_id {uuid},
            vip_network_id {uuid},
            vip_port_owned {boolean} NOT NULL,
            additional_vips TEXT NOT NULL,
            server_group_id TEXT,
            vrrp_group_name TEXT,
            vrrp_auth_type TEXT,
            vrrp_auth_pass TEXT,
            vrrp_advert_int {number},
            created_at {timestamp} NOT NULL,
            updated_at {timestamp}
        ){strict};
        CREATE INDEX load_balancers_project ON load_balancers (project_id);
        CREATE INDEX load_balancers_name ON load_balancers (name);

        -- Listeners, pools, members, health monitors, L7 policies and rules. unique_key: what the API calls a conflict.
        CREATE TABLE objects (
            id {uuid} PRIMARY KEY,
            kind TEXT NOT NULL,
            load_balancer_id {uuid} NOT NULL REFERENCES load_balancers (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
            parent_id {uuid} REFERENCES objects (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
            position {number} NOT NULL,
            unique_key TEXT,
            provisioning_status TEXT NOT NULL,
            operating_status TEXT NOT NULL,
            project_id TEXT NOT NULL,
            body TEXT NOT NULL,
            created_at {timestamp} NOT NULL,
            updated_at {timestamp}
        ){strict};
        CREATE UNIQUE INDEX objects_unique_key ON objects (load_balancer_id, unique_key);
        CREATE INDEX objects_parent ON objects (parent_id);
        CREATE INDEX objects_project ON objects (project_id, kind);

        CREATE TABLE amphorae (
            id {uuid} PRIMARY KEY,
            load_balancer_id {uuid} REFERENCES load_balancers (id) ON DELETE SET NULL,
            status TEXT NOT NULL,
            role TEXT,
            compute_id TEXT,
            lb_network_ip TEXT,
            agent_port {number},
            vrrp_ip TEXT,
            ha_ip TEXT,
            vrrp_port_id {uuid},
            ha_port_id {uuid},
            vrrp_interface TEXT,
            vrrp_id {number},
            vrrp_priority {number},
            cert_expiration {timestamp},
            cert_busy {boolean} NOT NULL,
            cached_zone TEXT,
            image_id TEXT,
            compute_flavor TEXT,
            created_at {timestamp} NOT NULL,
            updated_at {timestamp}
        ){strict};
        CREATE INDEX amphorae_load_balancer ON amphorae (load_balancer_id);
        CREATE INDEX amphorae_status ON amphorae (status);

        CREATE TABLE amphora_health (
            amphora_id {uuid} PRIMARY KEY REFERENCES amphorae (id) ON DELETE CASCADE,
            last_update {timestamp} NOT NULL,
            busy {boolean} NOT NULL
        ){strict};
        CREATE INDEX amphora_health_last_update ON amphora_health (last_update);

        -- Without a reference to the amphora: what one that is gone has counted still counts.
        CREATE TABLE listener_statistics (
            listener_id {uuid} NOT NULL REFERENCES objects (id) ON DELETE CASCADE,
            amphora_id {uuid} NOT NULL,
            load_balancer_id {uuid} NOT NULL,
            bytes_in {number} NOT NULL,
            bytes_out {number} NOT NULL,
            active_connections {number} NOT NULL,
            total_connections {number} NOT NULL,
            request_errors {number} NOT NULL,
            PRIMARY KEY (listener_id, amphora_id)
        ){strict};
        CREATE INDEX listener_statistics_load_balancer ON listener_statistics (load_balancer_id);
        CREATE INDEX listener_statistics_amphora ON listener_statistics (amphora_id);

        -- most null: the default of the day. A project without rows has no quota of its own.
        CREATE TABLE quotas (
            project_id TEXT NOT NULL,
            kind TEXT NOT NULL,
            most {number},
            in_use {number} NOT NULL,
            PRIMARY KEY (project_id, kind)
        ){strict};
        """;

    private const string Flows = """
        CREATE TABLE flows (
            id {uuid} PRIMARY KEY,
            kind TEXT NOT NULL,
            subject {uuid} NOT NULL,
            input TEXT NOT NULL,
            state TEXT NOT NULL,
            error TEXT,
            owner TEXT,
            lease_until {timestamp},
            fence {number} NOT NULL,
            created_at {timestamp} NOT NULL,
            ended_at {timestamp}
        ){strict};
        CREATE INDEX flows_open ON flows (created_at) WHERE ended_at IS NULL;
        CREATE INDEX flows_subject ON flows (subject, created_at);
        CREATE TABLE flow_steps (
            flow_id {uuid} NOT NULL REFERENCES flows (id) ON DELETE CASCADE,
            path TEXT NOT NULL,
            ordinal {number} NOT NULL,
            state TEXT NOT NULL,
            sequence {number} NOT NULL,
            attempts {number} NOT NULL,
            started_at {timestamp},
            ended_at {timestamp},
            error TEXT,
            output TEXT,
            PRIMARY KEY (flow_id, path)
        ){strict};
        """;

    // Without an index on last_update a heartbeat changes one place of one page; who is silent is asked seldom, and of all at once.
    private const string WhatChanged = """
        DROP INDEX amphora_health_last_update;
        CREATE INDEX load_balancers_updated ON load_balancers (updated_at);
        CREATE INDEX amphorae_updated ON amphorae (updated_at);
        """;

    private const string TlsContainers = """
        CREATE TABLE tls_containers (
            id {uuid} PRIMARY KEY,
            project_id TEXT NOT NULL,
            name TEXT NOT NULL,
            kind TEXT NOT NULL,
            file TEXT NOT NULL,
            sha256 TEXT NOT NULL,
            content TEXT NOT NULL,
            not_after {timestamp},
            created_at {timestamp} NOT NULL
        ){strict};
        CREATE INDEX tls_containers_project ON tls_containers (project_id);
        """;

    private const string SupersededFlows = """
        ALTER TABLE flows ADD COLUMN superseded {boolean} NOT NULL DEFAULT FALSE;
        """;
}
